"""The addresses of the peer's pages: the letters it writes point to them."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls"))]
