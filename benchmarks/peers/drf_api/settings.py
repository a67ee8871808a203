"""Django's settings: only what the view needs, with persistent connections."""

import os

DEBUG = False
SECRET_KEY = "none"
ALLOWED_HOSTS = ["testserver"]
USE_TZ = True
USE_I18N = False
INSTALLED_APPS = ["benchmarks.peers.drf_api"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.peers.drf_api.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("PEER_DATABASE"),
        "HOST": os.environ.get("PEER_DATABASE_HOST"),
        "USER": "postgres",
        "CONN_MAX_AGE": None,
    }
}
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}
# One log line a call, like the project's function; discarded here.
LOGGING = {
    "version": 1,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": os.devnull}},
    "root": {"level": "INFO", "handlers": ["file"]},
}
