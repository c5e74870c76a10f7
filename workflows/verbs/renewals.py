"""What a case says to its renewal of a licence: what it says to any document."""

from __future__ import annotations

from workflows.verbs.owner import Owned, Verbs
from zhupi.customer.v1.renewal_pb2 import (
    ApproveLicenceRenewalRequest,
    LicenceRenewal,
    RejectLicenceRenewalRequest,
    ReopenLicenceRenewalRequest,
    ReturnLicenceRenewalRequest,
    WithdrawLicenceRenewalRequest,
)


class Renewals(Owned[LicenceRenewal]):
    verbs = Verbs(
        LicenceRenewal,
        approve=ApproveLicenceRenewalRequest,
        give_back=ReturnLicenceRenewalRequest,
        reject=RejectLicenceRenewalRequest,
        withdraw=WithdrawLicenceRenewalRequest,
        reopen=ReopenLicenceRenewalRequest,
        not_reopened=(
            *("DOCUMENT_HAS_CASE", "RENEWAL_OPEN", "NOT_REGISTERED", "CUSTOMER_CLOSED", "CUSTOMER_MERGED"),
            *("NOT_FOUND", "EXPIRED_ALREADY", "NOTHING_RENEWED", "LICENCE_TO_BE_NAMED", "LICENCE_RECORDED"),
            *(
                "UNKNOWN_LICENCE_TYPE",
                "LICENCE_OF_ANOTHER_TYPE",
                "LICENCE_OF_WRONG_KIND",
                "TOO_MANY_LICENCES",
            ),
        ),
    )
