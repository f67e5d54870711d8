"""Whether a path lies on another machine's disk, as far as this system tells."""

from pathlib import Path

MOUNTS = Path("/proc/mounts")
ACROSS_A_NETWORK = frozenset(
    {"nfs", "nfs3", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "gpfs", "beegfs"}
    | {"ncpfs", "9p", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone", "fuse.s3fs", "fuse.davfs"}
)


def network_file_system(path: Path, mounts: Path = MOUNTS) -> str:
    """The file system's name, such as "nfs4", where it is one across a network; else empty.

    Only Linux tells; elsewhere the answer is empty. A machine whose root itself is such a file system
    (some virtual machines) has no better place, and is taken at its word.
    """
    if not mounts.exists():
        return ""
    place, kind = Path("/"), ""
    for line in mounts.read_text(errors="replace").splitlines():
        _device, where, file_system, *_rest = line.split(" ")
        mounted = Path(_unescaped(where))
        if path.resolve().is_relative_to(mounted) and mounted.is_relative_to(place):
            place, kind = mounted, file_system
    return kind if kind in ACROSS_A_NETWORK and place != Path("/") else ""


def _unescaped(where: str) -> str:
    """Spaces and the like stand as octal numbers there: "/my\\040disk"."""
    return where.encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")
