"""A site whose visitors log in. Where it keeps sessions and users comes from the environment."""

import json
import os
from pathlib import Path

SITE = json.loads(os.environ["SITE"])

SECRET_KEY = SITE["SECRET_KEY"]
DATABASES = {"default": SITE["DATABASE"]}
SESSION_ENGINE = "django.contrib.sessions.backends." + SITE["engine"]
SESSION_FILE_PATH = SITE.get("SESSION_FILE_PATH")
CACHES = {"default": SITE.get("CACHE", {"BACKEND": "django.core.cache.backends.dummy.DummyCache"})}
AUTH_USER_MODEL = SITE.get("AUTH_USER_MODEL", "auth.User")
USE_TZ = SITE.get("USE_TZ", True)
TIME_ZONE = "UTC"
ALLOWED_HOSTS = ["*"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "accounts"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the fastest
ROOT_URLCONF = "urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"context_processors": ["django.contrib.auth.context_processors.auth"]},
    }
]
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
