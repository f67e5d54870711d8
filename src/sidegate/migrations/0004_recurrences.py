"""What was "weekly", counted from the start, becomes an RFC 5545 rule; what it had on the schedule goes on."""

from django.db import migrations, models

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BATCH = 1000


def rule_of(frequency, start):
    if frequency == "monthly":
        if start.day == 31:
            return "FREQ=MONTHLY;BYMONTHDAY=-1"
        if start.day > 28:
            near = ",".join(str(day) for day in range(28, start.day + 1))
            return f"FREQ=MONTHLY;BYMONTHDAY={near};BYSETPOS=-1"
        return f"FREQ=MONTHLY;BYMONTHDAY={start.day}"
    every = ";INTERVAL=2" if frequency == "biweekly" else ""
    return f"FREQ=WEEKLY{every};BYDAY={WEEKDAYS[start.weekday()]}"


def write_rules(apps, schema_editor):
    """One whose visits came from its rhythm has them made by themselves from now on; another is left alone."""
    ClientService = apps.get_model("sidegate", "ClientService")
    Visit = apps.get_model("sidegate", "Visit")
    of_rhythm = Visit.objects.filter(client_service=models.OuterRef("pk"), occurrence_date__isnull=False)
    rows = ClientService.objects.exclude(frequency="").annotate(is_on_schedule=models.Exists(of_rhythm))
    changed = []
    for row in rows.iterator(chunk_size=BATCH):
        row.rule, row.rule_start = rule_of(row.frequency, row.start_date), row.start_date
        row.makes_visits = row.is_on_schedule
        if row.makes_visits and row.status == "active":
            row.extends_on = row.start_date
        changed.append(row)
        if len(changed) == BATCH:
            write(ClientService, changed)
    write(ClientService, changed)


def write(ClientService, rows):
    ClientService.objects.bulk_update(rows, ["rule", "rule_start", "makes_visits", "extends_on"], batch_size=100)
    rows.clear()


def write_durations(apps, schema_editor):
    Visit = apps.get_model("sidegate", "Visit")
    ClientService = apps.get_model("sidegate", "ClientService")
    agreed = ClientService.objects.filter(pk=models.OuterRef("client_service_id"))
    Visit.objects.update(duration_minutes=models.Subquery(agreed.values("service__duration_minutes")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('sidegate', '0003_schedule'),
    ]

    operations = [
        migrations.RunPython(write_rules, migrations.RunPython.noop),
        migrations.RunPython(write_durations, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='clientservice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('frequency', ''), ('rule', ''), ('rule_start', None)), models.Q(('frequency__gt', ''), ('rule__gt', ''), ('rule_start__isnull', False)), _connector='OR'), name='client_service_recurring_has_rule'),
        ),
    ]
