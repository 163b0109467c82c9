"""Users by another name: other table, other columns, a UUID as the key."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class MemberManager(BaseUserManager):
    def create_user(self, username, password):
        member = self.model(email=username)
        member.set_password(password)
        member.save()
        return member


class Member(AbstractBaseUser):
    number = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.CharField(max_length=100, unique=True)
    is_active = models.BooleanField(default=True, db_column="enabled")
    USERNAME_FIELD = "email"
    objects = MemberManager()

    class Meta:
        db_table = "members"
