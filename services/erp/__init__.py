"""The outside back office (ERP): how Zhupi asks it to pay and to take customers into its master file, and a sandbox that stands in for it.

`contract` is what Zhupi expects of any ERP; `grpc_api` offers it to the other services. `sandbox` is one implementation,
with books of its own and faults that can be switched on; an adapter to a real ERP would stand beside it and be chosen by
ZHUPI_ERP_ADAPTER. Owns no business document. Invariant: one key is paid, or registered, at most once.
"""
