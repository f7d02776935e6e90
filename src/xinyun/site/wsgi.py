"""The WSGI application, served by granian (`xinyun serve`), with what every request needs loaded before the first."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

from xinyun import law
from xinyun.plumbing import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinyun.site.settings")
application = get_wsgi_application()
law.rulebook()
resolve("/")
memory.settle()
