"""Static files under names that hold their hash, so that browsers may keep them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    # Our JavaScript modules import one another by their plain names.
    support_js_module_import_aggregation = True
