"""Static files under names that carry their hash once `serve` has collected them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """The hashed name where files were collected, the plain one (tests, development) where not."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))
