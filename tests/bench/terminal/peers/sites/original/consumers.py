"""A consumer that works as the original application's: a thread for each terminal, and the group of its user."""

import threading

import paramiko
from asgiref.sync import async_to_sync, sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from django.conf import settings


class ParamikoConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.group = self.scope["username"]
        await sync_to_async(self.log_in, thread_sensitive=False)()
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        threading.Thread(target=self.read, daemon=True).start()

    def log_in(self):
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        self.client.connect(timeout=10, **settings.TARGET)
        self.channel = self.client.invoke_shell(term="xterm")

    def read(self):
        # Its own thread has its own loop, and with it connections of its own to Redis.
        say = async_to_sync(get_channel_layer().group_send)
        while not self.channel.exit_status_ready():
            data = self.channel.recv(1024)
            if not data:
                break
            say(self.group, {"type": "user.message", "text": data.decode(errors="ignore")})

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        self.client.close()

    async def receive(self, text_data=None, bytes_data=None):
        self.channel.send(text_data)

    async def user_message(self, event):
        await self.send(text_data=event["text"])
