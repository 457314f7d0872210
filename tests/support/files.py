"""Files to import that several tests read."""

from support.people import BO

EVENTS = f"""\
resident,unit,event,occurred_at
{BO},ogon,clinic_added,2026-10-10
{BO},ogon,clinic_removed,2026-10-11
"""
"""Bo adds the eye clinic and removes it the day after."""

TAK_EXPORT = """\
{"tidpunkt": "2026-10-01T06:00:00Z", "data": {"vagval": [{
  "fromTidpunkt": "2020-01-01T00:00:00+0000", "tomTidpunkt": "2120-01-01T00:00:00+0000",
  "relationships": {
    "logiskadress": "SE2321000024-1A2B", "tjanstekontrakt": "urn:riv:crm:scheduling:CancelBookingResponder:1",
    "anropsadress": "https://journal.example/cancel", "rivtaProfil": "RIVTABP21", "tjansteproducent": "SE5560000000-P1"
  }}], "anropsbehorighet": [{
  "fromTidpunkt": "2020-01-01T00:00:00+0000", "tomTidpunkt": "2120-01-01T00:00:00+0000",
  "relationships": {
    "logiskAdress": "*", "tjanstekonsument": "SE2321000024-T001",
    "tjanstekontrakt": "urn:riv:crm:scheduling:CancelBookingResponder:1"
  }}]}}
"""
"""TAK has one route to the eye clinic and one permission, of CancelBooking, in the form that refers by names."""
