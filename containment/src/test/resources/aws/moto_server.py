"""Moto's server, made to answer as AWS does in the things that our tests look at.

It lets an inactive access key in, where AWS answers InvalidClientTokenId; and it puts the error of
a refused login one element deeper than the query protocol of IAM and STS has it. What a call through
a proxy signs as its host is what the proxy says that it was called by.
"""

import sys

from moto.core import exceptions
from moto.iam import access_control
from moto.server import main

_let_in = access_control.IAMUserAccessKey.__init__


def _let_in_if_active(self, *args, **kwargs):
    _let_in(self, *args, **kwargs)
    for user in self.backend.list_users("/", None, None):
        for key in user.access_keys:
            if key.access_key_id == self._access_key_id and key.status != "Active":
                raise access_control.CreateAccessKeyFailure(reason="InvalidId")


_describe = exceptions._RESTError.__init__


def _describe_as_aws_does(self, *args, **kwargs):
    _describe(self, *args, **kwargs)
    self.description = self.description.replace("<Errors>", "").replace("</Errors>", "")


_sign = access_control.IAMRequestBase._create_headers_for_aws_request


def _sign_as_called(signed_headers, original_headers):
    headers = _sign(signed_headers, original_headers)
    called = original_headers.get("X-Forwarded-Host")
    return {k: called if called and k.lower() == "host" else v for k, v in headers.items()}


access_control.IAMRequestBase._create_headers_for_aws_request = staticmethod(_sign_as_called)
access_control.IAMUserAccessKey.__init__ = _let_in_if_active
exceptions._RESTError.__init__ = _describe_as_aws_does
main(sys.argv[1:])
