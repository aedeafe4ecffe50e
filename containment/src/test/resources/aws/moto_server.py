"""Moto's server, made to answer as AWS does in the two things that our tests look at.

It lets an inactive access key in, where AWS answers InvalidClientTokenId; and it puts the error of
a refused login one element deeper than the query protocol of IAM and STS has it.
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


access_control.IAMUserAccessKey.__init__ = _let_in_if_active
exceptions._RESTError.__init__ = _describe_as_aws_does
main(sys.argv[1:])
