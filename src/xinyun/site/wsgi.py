"""The WSGI application, served by granian (`xinyun serve`)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinyun.site.settings")
application = get_wsgi_application()
