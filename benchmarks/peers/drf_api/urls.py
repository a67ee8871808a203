from django.urls import path

from benchmarks.peers.drf_api.views import ClientView

urlpatterns = [path("api/v1/client/", ClientView.as_view())]
