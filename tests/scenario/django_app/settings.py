"""A site that says to a visitor's tabs what one of them says. The channel layer comes from the environment."""

import json
import os

SECRET_KEY = "for tests on loopback only"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["channels"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "urls"
ASGI_APPLICATION = "asgi.application"
TIME_ZONE = "UTC"
USE_TZ = False
CHANNEL_LAYERS = {"default": json.loads(os.environ["CHANNEL_LAYER"])}
