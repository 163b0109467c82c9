"""The consumer of the original application."""

from datetime import datetime

from channels.generic.websocket import AsyncWebsocketConsumer


class MessageConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.group = self.scope["username"] or "anonymous"
        await self.accept()
        await self.channel_layer.group_add(self.group, self.channel_name)

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send(self.group, {"type": "user.message", "text": text_data})

    async def user_message(self, event):
        await self.send(event["text"])
        await self.send(f"{datetime.now():%Y-%m-%d %H:%M:%S}收到消息：{event['text']}")
