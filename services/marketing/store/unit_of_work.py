"""One write of this service."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.verbs import CaseVerbs
from chassis.postgres.publications import Publications
from chassis.transaction.unit_of_work import UnitOfWork
from services.marketing.domain.configuration import Configuration
from services.marketing.store.activities import Activities
from services.marketing.store.allotments import Allotments
from services.marketing.store.beliefs import Beliefs
from services.marketing.store.changes import Changes
from services.marketing.store.delivered import configuration_of, delivered, document_of
from services.marketing.store.differences import Differences
from services.marketing.store.evidence import KeptEvidence
from services.marketing.store.execution_log import ExecutionLog
from services.marketing.store.reconciliations import Reconciliations
from services.marketing.store.reports import Reports
from services.marketing.store.year_plans import YearPlans


class MarketingUnitOfWork(UnitOfWork):
    activities: Activities
    changes: Changes
    evidence: KeptEvidence
    execution_log: ExecutionLog
    reports: Reports
    year_plans: YearPlans
    allotments: Allotments
    beliefs: Beliefs
    reconciliations: Reconciliations
    differences: Differences
    configurations: Publications[Configuration]
    case_verbs: CaseVerbs

    def opened(self, session: AsyncSession) -> None:
        self.activities = Activities(session, self)
        self.changes = Changes(session, self)
        self.evidence = KeptEvidence(session, self)
        self.execution_log = ExecutionLog(session, self)
        self.reports = Reports(session, self)
        self.year_plans = YearPlans(self)
        self.allotments = Allotments(self)
        self.beliefs = Beliefs(self)
        self.reconciliations = Reconciliations(session, self)
        self.differences = Differences(session, self)
        self.configurations = Publications(
            self, delivered=delivered, read=configuration_of, document=document_of
        )
        self.case_verbs = CaseVerbs(self)
