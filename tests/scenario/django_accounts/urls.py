"""What a visitor does (log in and out, by a form or at once), and what an administrator does to a user."""

from django.contrib.auth import authenticate, get_user_model, login, logout
from django.contrib.auth.views import LoginView, LogoutView
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.generic import TemplateView


def log_in(request):
    user = authenticate(request, username=request.GET["user"], password=request.GET["password"])
    if user is None:
        return HttpResponse(status=403)
    login(request, user)
    if "note" in request.GET:
        request.session["note"] = request.GET["note"]
    return HttpResponse(user.pk)


def log_out(request):
    logout(request)
    return HttpResponse()


def who(request):
    return HttpResponse(request.user.get_username())


def expire(request):
    """The session ends now, as far as its store knows."""
    request.session.set_expiry(timezone.now() - timezone.timedelta(seconds=1))
    try:
        request.session.save()
    except UpdateError:
        pass
    request.session.modified = False
    return HttpResponse()


def user(request, name):
    """Makes the user, or changes it: ?password=…&active=…&rename=…"""
    model = get_user_model()
    found = model.objects.filter(**{model.USERNAME_FIELD: name}).first()
    found = found or model.objects.create_user(name, request.GET["password"])
    if "password" in request.GET:
        found.set_password(request.GET["password"])
    if "active" in request.GET:
        found.is_active = request.GET["active"] == "1"
    if "rename" in request.GET:
        setattr(found, model.USERNAME_FIELD, request.GET["rename"])
    found.save()
    return HttpResponse(found.pk)


def delete(request, name):
    model = get_user_model()
    model.objects.get(**{model.USERNAME_FIELD: name}).delete()
    return HttpResponse()


urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html")),
    path("accounts/login/", LoginView.as_view()),
    path("accounts/logout/", LogoutView.as_view()),
    path("login", log_in),
    path("logout", log_out),
    path("who", who),
    path("expire", expire),
    path("user/<str:name>", user),
    path("delete/<str:name>", delete),
]
