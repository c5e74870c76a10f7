"""What market management sets for all activities."""

from __future__ import annotations

from functools import partial
from typing import Final

from chassis.transaction.publishing import Publish, get_published, publish
from services.marketing.domain.events import ConfigurationPublished
from services.marketing.permissions import require

PublishConfiguration: Final = Publish
publish_configuration = partial(publish, require=require, event=ConfigurationPublished)
get_configuration = get_published
