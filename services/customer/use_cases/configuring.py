"""What master data sets for all customers."""

from __future__ import annotations

from functools import partial
from typing import Final

from chassis.transaction.publishing import Publish, get_published, publish
from services.customer.domain.events import ConfigurationPublished
from services.customer.permissions import require

PublishConfiguration: Final = Publish
publish_configuration = partial(publish, require=require, event=ConfigurationPublished)
get_configuration = get_published
