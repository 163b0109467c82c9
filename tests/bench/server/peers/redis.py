"""Those that have a layer in Redis, with it."""

from harness.channel_layer import CORE, ChannelLayer

from .channels import Daphne, Uvicorn
from .wharf import Wharf


def layer(bed) -> ChannelLayer:
    return ChannelLayer(CORE, [bed.redis()])


class WharfOverRedis(Wharf):
    def layer(self, bed):
        return layer(bed).wharf()


class UvicornOverRedis(Uvicorn):
    def layer(self, bed):
        return layer(bed).django()


class DaphneOverRedis(Daphne):
    def layer(self, bed):
        return layer(bed).django()


def everybody() -> list:
    return [WharfOverRedis(), UvicornOverRedis(), DaphneOverRedis()]
