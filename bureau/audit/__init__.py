from bureau.audit.record import record

__all__ = ["record"]
