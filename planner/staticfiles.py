"""Static files whose names contain their hash, so that browsers can cache them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    # Our JavaScript modules import one another by their unhashed names.
    support_js_module_import_aggregation = True
