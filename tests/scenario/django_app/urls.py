"""The one view, which speaks to a group as views do."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.http import HttpResponse
from django.urls import path


def notify(request, group):
    event = {"type": "user.message", "text": request.GET["text"]}
    async_to_sync(get_channel_layer().group_send)(group, event)
    return HttpResponse("sent")


urlpatterns = [path("notify/<str:group>", notify)]
