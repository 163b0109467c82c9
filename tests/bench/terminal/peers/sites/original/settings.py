"""Where it leads to, and the channel layer, come from the environment."""

import json
import os

SECRET_KEY = "for a benchmark on loopback only"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["channels"]
ROOT_URLCONF = ()
ASGI_APPLICATION = "asgi.application"
USE_TZ = True
TARGET = json.loads(os.environ["TARGET"])
CHANNEL_LAYERS = {"default": json.loads(os.environ["CHANNEL_LAYER"])}
