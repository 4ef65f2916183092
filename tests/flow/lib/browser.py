"""A browser without JavaScript, for the tests of the web forms."""
import html
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request


class Browser:
    """A person without JavaScript: follows links, fills forms, keeps cookies."""

    def __init__(self, c, expected=()):
        """expected: statuses beyond the good ones that are no surprise."""
        self.url, self.expected, self.status = c.web_url, expected, 0
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.page, self.at = "", ""

    def open(self, path, data=None, headers=None):
        request = urllib.request.Request(urllib.parse.urljoin(self.url, path), data, headers or {})
        try:
            with self.opener.open(request, timeout=30) as r:
                self.status, self.page, self.at = r.status, r.read().decode(), r.geturl()
        except urllib.error.HTTPError as e:
            if e.code not in self.expected:
                raise
            with e:
                self.status, self.page, self.at = e.code, e.read().decode(), e.geturl()
        return self.page

    def get(self, path):
        return self.open(path)

    def form(self, marker):
        """The form whose HTML contains the marker: (action, fields)."""
        for m in re.finditer(r"<form\b(.*?)>(.*?)</form>", self.page, re.S):
            if marker in m.group(0):
                action = re.search(r'action="([^"]*)"', m.group(1))
                fields = {}
                for tag in re.findall(r"<(?:input|textarea|select|button)\b[^>]*>", m.group(2)):
                    name = re.search(r'\bname="([^"]*)"', tag)
                    value = re.search(r'\bvalue="([^"]*)"', tag)
                    if name and name.group(1) not in fields:
                        fields[name.group(1)] = html.unescape(value.group(1)) if value else ""
                return html.unescape(action.group(1)) if action else self.at, fields
        raise AssertionError(f"no form with {marker!r} on {self.at}: {self.page.partition('<main')[2][:600]}")

    def submit(self, marker, **values):
        action, fields = self.form(marker)
        fields.update(values)
        return self.open(urllib.parse.urljoin(self.at or self.url, action), urllib.parse.urlencode(fields).encode())
