"""A sentence for each code: what was wrong, and the next step.

Tests hold this table against the codes that the program uses, in both languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import marked as _
from tidbok_cli.render.file_problems import FILE_SENTENCES
from tidbok_cli.render.journal_problems import JOURNAL_SENTENCES
from tidbok_cli.render.store_problems import STORE_SENTENCES

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: Final[Mapping[str, str]] = {
    # how the program was called
    "usage.missing": _("{name} is missing. See {command} --help."),
    "usage.no_such_option": _("There is no option {option} here. See {command} --help."),
    "usage.misspelt_option": _("There is no option {option} here. Did you mean {nearest}? See {command} --help."),
    "usage.before_command": _(
        "The option {option} stands before the command: tidbok {option} … {words} …. See tidbok --help."
    ),
    "usage.no_such_command": _("There is no command “{name}” here. See {command} --help."),
    "usage.misspelt_command": _("There is no command “{name}” here. Did you mean {nearest}? See {command} --help."),
    "usage.missing_command": _("A command is missing. See {command} --help."),
    "usage.extra_arguments": _("Unexpected: {arguments}. See {command} --help."),
    "usage.needs_value": _("The option {option} needs a value. See {command} --help."),
    "usage.takes_no_value": _("The option {option} takes no value. See {command} --help."),
    "usage.choice": _("“{value}” is not one of: {allowed}."),
    "usage.not_together": _("{option} and {other} exclude each other. Leave out one of them."),
    "usage.not_a_number": _("“{value}” is not a whole number."),
    "usage.out_of_range": _("{value} is out of range: {range}."),
    "usage.not_utf8": _("An argument or a TIDBOK_ variable is not UTF-8. Write it again."),
    "usage.other": _("The command was called wrongly: {detail} See {command} --help."),
    "usage.no_text_form": _("This command has no text form. Choose table, json, ndjson or csv."),
    "completion.other_shell": _(
        "There is completion for {known}, and this shell is “{shell}”. Call it from one of those."
    ),
    "completion.not_written": _("The file could not be written ({detail}). Check that you may write there."),
    "usage.language": _("“{value}” is not a language that the program speaks: sv or en."),
    "argument.not_a_name": _(
        "This may not be empty or longer than {most} characters, begin or end with a space, or hold control characters."
    ),
    "argument.unseen_character": _(
        "A character that nobody sees stands in “{text}”: {character}. Write it again without."
    ),
    "argument.other_space": _(
        "A space of another kind stands in “{text}”: {character}. Write it again with ordinary ones."
    ),
    "argument.control_character": _("A control character stands in “{text}”. Write it again without."),
    "help.command": _("“{name}” is a command, not a topic of the handbook. See tidbok {name} --help."),
    "help.misspelt_topic": _(
        "The handbook has no topic “{topic}”. Did you mean {nearest}? “tidbok help” lists the topics."
    ),
    "help.no_such_topic": _("The handbook has no topic “{topic}”. It has: {topics}."),
    "why.one_of": _("Name a booking, or --resident, or --slot with --resident."),
    "why.slot_asks_to_book": _("A published time is asked about to be booked, or, with a booking, to rebook it."),
    "why.book_needs_slot": _("To ask whether something may be booked, name it: --slot."),
    "why.all_without_resident": _("--all works only with --resident: a named booking is always answered."),
    "why.no_bookings": _("No bookings of this resident to tell of. Bookings were last imported {imported_at}."),
    "why.no_imports": _("No bookings of this resident to tell of. No bookings have been imported yet."),
    "view.not_known": _(
        "Of {count} more of the resident's times it is not known whether they are shown: “tidbok why --resident -”."
    ),
    "view.nobody": _("Neither bookings nor relations of this resident are known. Check the number."),
    "view.no_times": _("No booked time is shown at that moment: the calendar is empty."),
    "view.one_output": _(
        "Only one of --html and --ics can be “-”, which is standard output. Name a file for the other."
    ),
    "assume.malformed": _("“{text}” is no assumption. Write CHECK=pass or CHECK=fail; the checks here are: {allowed}."),
    "purpose.missing": _(
        "The region asks for a purpose before a resident's data are shown. Give it with --purpose or TIDBOK_PURPOSE."
    ),
    "purpose.still_required": _(
        "This file says require_purpose = true. Change it to false first, so that both say the same."
    ),
    "purpose.why_lifted": _(
        "Say why residents' data need no purpose any more: --purpose. It is kept, with who did it."
    ),
    "input.too_deep": _("What was read nests too deeply. Simplify it."),
    "usage.no_folder": _("The current folder is no longer there. Go to another, as with “cd”, and try again."),
    "memory.none_left": _("There is too little memory. Nothing was changed. Free some, or use a machine with more."),
    "audit.not_recorded": _(
        "Whoever looks at a resident is recorded, and this store can only be read: nothing is shown. Name a file "
        'for it in tidbok.toml, [audit] fallback = "audit.jsonl", or ask where the store can be written.'
    ),
    "audit.file_damaged": _(
        "The end of the file where looks are recorded cannot be read, so none can be chained to it: nothing is shown. "
        "Keep it under another name, and let a new one begin."
    ),
    "output.not_written_but_done": _(
        "The answer could not be written ({detail}), but what the command was to do is done. Check the disk; do not do "
        "it again."
    ),
    "output.not_written": _("The answer could not be written ({detail}). Check the disk."),
    # times, dates, identities
    "time.malformed": _(
        "“{time}” is no time. Write the date and the time of day, 2026-12-01T09:00 or 2026-12-01 09.00, in Stockholm's "
        "time or with an offset."
    ),
    "time.interval": _(
        "“{time}” looks like two times, from and to. Write one: 2026-12-01T09:00. An offset to the west goes after the "
        "seconds: 09:00:00-05:00."
    ),
    "time.comma": _("“{time}” has a comma. Write hours and minutes with a colon or a full stop: 2026-12-01 09:00."),
    "time.short_offset": _("“{time}” has an offset that is not written in full. Write its minutes too: +01:00."),
    "time.date_alone": _("“{time}” is a date, without the time of day. Write both: {time}T09:00."),
    "time.apart": _(
        "“{time}” has no time of day: “{clock}” stands in the column {column}, which is not read. Write both in one "
        "cell."
    ),
    "time.other_offset": _("{time} has another offset than Stockholm's at that time. It is taken as {taken_at}."),
    "time.malformed_rivta": _("“{time}” is no RIV-TA time: YYYYMMDDhhmmss."),
    "time.skipped": _("{time} does not exist in Stockholm: clocks are put forward then. Correct the time."),
    "time.repeated": _("{time} exists twice in Stockholm: clocks are put back then. The first is taken."),
    "time.no_clock": _("“{time}” is no time of day. Write 09:00, or from and to: 09:00-11:30."),
    "time.out_of_range": _("{time} is too far away: only 1900 to 9999-12-30 can be kept. Correct the year."),
    "date.malformed": _("“{date}” is no date. Write year, month and day: 2026-12-01."),
    "hsa_id.malformed": _(
        "“{hsa_id}” is no HSA-id. Write SE, ten digits (or 16 and ten), a hyphen, then letters or digits: "
        "SE2321000024-1A2B."
    ),
    "hsa_id.check_digit": _("The organisation number in the HSA-id {hsa_id} has a wrong check digit."),
    "resident.malformed": _("This is no person number. Write 12 characters, or with a hyphen before the last four."),
    "resident.not_ascii": _("The person number holds other characters than digits and the letters A to Z."),
    "resident.no_century": _(
        "A person number of ten digits without a sign has no century. Write 12 characters, or 10 with - or +."
    ),
    "resident.interim_letter": _(
        "The letter in the ninth place is not one that interim numbers use. Check the number."
    ),
    "resident.no_such_date": _("The person number's date does not exist. Check the number."),
    "resident.no_birth_number": _("The person number has no birth number: 000 is nobody's. Check the number."),
    "resident.check_digit": _("The person number's check digit is wrong. Check the number."),
    "resident.not_born": _("The person number's date has not come yet: nobody is born then. Check the number."),
    "resident.too_old": _("The person number's date is before 1840: nobody that old lives. Check the century."),
    # configuration and store
    "config.missing": _(
        "There is no tidbok.toml in {folder}. Make it with “tidbok init”, or name the folder: --config."
    ),
    "config.invalid": _("The region's file is not right. Nothing was done."),
    "units.passed_over": _("Some of the clinics' files are not right. Their clinics are not in the plan."),
    "units.invalid": _("The clinics' files are not right. Nothing was changed."),
    **STORE_SENTENCES,
    "extra.missing": _("This needs an additional library. Install it with “{extra}”."),
    "coupling.no_consumer": _("A consumer has an HSA-id: --consumer SE2321000024-T001."),
    "coupling.unknown_consumer": _(
        "No snapshot of TAK has any permission for {consumer}. Check how TAK writes it: with and without 16 are two "
        "consumers."
    ),
    "coupling.two_routes": _(
        "TAK has two routes in force for {address} and {contract}: the platform refuses the call. Have the regional "
        "administration take one away."
    ),
    # jobs
    "job.waiting": _("Waiting for another job, which runs on this store."),
    "job.waiting_for": _("Waiting for the job “{command}”, process {pid}, which has been running since {since_at}."),
    "job.running": _(
        "Another job runs on this store: only one may at a time. Nothing was begun. Try again when it has ended, or "
        "wait longer: --wait."
    ),
    "job.running_is": _(
        "The job “{command}”, process {pid}, has been running on this store since {since_at}: only one may at a time. "
        "Nothing was begun. Try again when it has ended, or wait longer: --wait."
    ),
    "job.killed": _(
        "The job “{command}” that began {began_at}, process {pid}, did not come to its end: it was killed, or the "
        "machine went down. It left nothing half done; see that it has been run again."
    ),
    "job.run_id": _(
        "A run is named by at most 64 letters, digits and . _ : -, without a person number. Correct this variable."
    ),
    "file.not_ordinary": _("This is no ordinary file, and was not written to. Name another."),
    "job.in_vain": _("{option} is about a job: use it with {other}."),
    # clinics
    "unit.own_successor": _("A clinic does not take over from itself. Name another."),
    "checklist.successor_of_none": _("--successor is the clinic that takes over: give UNIT, and --closing."),
    "unit.unknown": _("No clinic “{unit}” is known. See “tidbok unit list”, or give its HSA-id."),
    "unit.only_in_file": _("{unit} has a file, {file}, but is not in force yet. “tidbok unit apply” puts it in force."),
    "unit.several": _("Several clinics are called “{unit}”: {units}. Name one by its alias or HSA-id."),
    "unit.not_in_force": _("The clinic {unit} is not in force at that moment. “tidbok unit history” says when it was."),
    "unit.no_file": _("No valid file has the clinic “{unit}”. Make it with “tidbok unit new”, or correct its file."),
    "unit.file_exists": _("The clinic {unit} already has a file, with other content. Edit that file."),
    "unit.file_mistaken": _(
        "The clinic {unit} has a file with mistakes. Correct them: “tidbok unit validate” lists them."
    ),
    "unit.nothing_to_copy": _(
        "The clinic “{unit}” has neither a valid file nor a version in force whose mappings could be copied. "
        "Name another, or correct its file."
    ),
    "unit.from_alone": _("With --from the file says this: {given}. Leave it out of the command."),
    "unit.needs_from": _("This works only with --from: {given}. Leave it out, or name the file."),
    "unit.alias_taken": _("The alias {alias} belongs to {other}. Choose another."),
    "unit.mistaken": _("The change would make {unit} invalid. Nothing was written."),
    "unit.bad_alias": _("The alias may hold only a-z, 0-9 and -. Change it."),
    "unit.hsa_id_twice": _(
        "The HSA-id {hsa_id} is already in {other}. Each clinic has one file: remove or correct one of them."
    ),
    "unit.alias_twice": _("The alias {alias} is already in {other}. Choose another."),
    "unit.codes_alike": _(
        "The codes {code} and {other} differ only in case or in kinds of space. Keep the one that the journal has."
    ),
    "unit.changed_meanwhile": _("Somebody else has just changed this file. Nothing was written: try again."),
    "unit.nothing_to_set": _("Say what to set: --calendar, --show, --no-cancel and others. See --help."),
    "unit.one_of_its_own": _("A clinic has a name and an alias of its own, and {count} are named. Name one."),
    "unit.code_twice": _("The code {code} is configured twice. Keep one of the entries."),
    "unit.no_calendar": _(
        "The clinic offers “{service}” without a calendar to couple to. Name it: calendar under [coupling]."
    ),
    "unit.also_without_calendar": _(
        "A calendar is named besides the clinic's own, but not that one. Name it: calendar under [coupling]."
    ),
    "unit.also_itself": _(
        "{calendar} is the coupling's own calendar, in which every time is looked for. Take it out of “also”."
    ),
    "unit.also_twice": _("“also” names the calendar {calendar} twice. Keep the one whose day is right."),
    "unit.without_show": _("The clinic offers “{service}” without “show”. Set show = true, or do not offer it."),
    "unit.show_without_calendar": _(
        "The clinic shows booked times without a calendar: none will be shown. Name it: calendar under [coupling]."
    ),
    "mapping.without_show": _(
        "The code {code} allows “{service}” without “show”. Set show = true, or do not allow it."
    ),
    "mapping.without_label": _("The code {code} is shown or bookable without a label. Give it a label."),
    "mapping.label_without_letters": _(
        "The label of the code {code} has no letter. Write what the resident is to read: “Besök”."
    ),
    "service.alike": _("The clinic {unit} has no code {code}, but {other}, written otherwise."),
    "service.would_double": _(
        "The code {code} would be made beside one that differs only in case or in kinds of space. Nothing was written. "
        "Write the code as the clinics have it; if it is another code, name the clinic alone."
    ),
    "service.nowhere": _("None of these clinics has the code {code}. Check the spelling."),
    "service.several_units": _(
        "The table is about {count} clinics, and would all go into {unit}. Leave the clinic out of the command, so "
        "that each row goes where its column unit says."
    ),
    "service.unknown": _("The clinic {unit} has no code {code} in its file. See “tidbok service list {unit}”."),
    "apply.before_latest": _(
        "The clinic {unit} has a version from {latest_at}: a version cannot be put before it. Choose a later --at."
    ),
    "sweep.older": _(
        "The moment {moment_at} is before that of the saved sweep “{name}”, {saved_at}. Nothing was saved. If it is to "
        "take its place all the same, say --allow-older."
    ),
    "sweep.older_in_vain": _("--allow-older works only with --save."),
    "purge.which": _("Say either --batch, for what an import made, or --before, for what is past its time."),
    "purge.to_come": _("This date is to come: nothing after today can be past its time. Give an earlier one."),
    "purge.room_kept": _(
        "What was to go is gone, but the file of the store at {store} could not be written anew, and has its old size."
    ),
    "purge.room_in_postgresql": _(
        "PostgreSQL uses the room again by itself; “VACUUM FULL” gives it back, while nobody can use the tables."
    ),
    "purge.no_batch": _("No import has the number {batch}. “tidbok store info --runs 10” lists them."),
    "purge.not_done": _("The import {batch} came to nothing: there is nothing to take away."),
    "purge.already": _("What the import {batch} made was taken away {purged_at} already."),
    "apply.changed_in_between": _("The store was changed while you read the plan. Nothing was done: try again."),
    "apply.needs_yes": _("There is no terminal, so nobody can answer. Say --yes to do what is planned."),
    "apply.not_agreed": _("Nothing was done."),
    "apply.replaces_waiting": _("The clinic {unit} loses a version that waits, from {begins_at}: {changes}."),
    "apply.loses_waiting": _(
        "Versions that wait would be lost. Nothing was done. If that is meant, say --replace-waiting, and put them in "
        "force anew afterwards, with what is changed now; “tidbok unit waiting” shows them."
    ),
    "apply.waits": _("The clinic {unit} has a version that waits, from {begins_at}: {changes}."),
    "apply.kept_without_file": _("The clinic {unit} is in force but has no file. --remove ends it."),
    "apply.alias_is_taken": _("Two clinics would have one alias. Nothing was done."),
    "apply.alias_taken": _(
        "The alias {alias} of {unit} is that of the clinic {other}, which is in force or waits. Choose another, or end "
        "{other} first: --remove does, where its file is gone."
    ),
    "apply.other_region": _(
        "Of the {all} clinics in the store {store}, {gone} have no file in {config}. Is it the store of another "
        "configuration? “tidbok store info” says why this one is used."
    ),
    "apply.hides_too_many": _(
        "This would hide {hidden} coming bookings that are shown, more than {most}. Nothing was done. “tidbok unit "
        "plan” says why they are hidden; if that is meant, say --allow-mass, or how many may be: --max-hidden."
    ),
    # relations and bookings
    "relation.clinic_removed_without_effect": _(
        "The clinic is not on the resident's start page at that moment: there is nothing to remove."
    ),
    "relation.approval_withdrawn_without_effect": _(
        "The resident is not approved for communication at that moment: there is nothing to withdraw."
    ),
    "relation.unknown_event": _(
        "The log has no event {event}. “tidbok relation show RESIDENT UNIT” gives the numbers of a relation's events."
    ),
    "booking.unknown": _("No booking “{booking}” is known. See “tidbok booking list”."),
    "booking.several_units": _("Several clinics have a booking “{booking}”: {units}. Choose one with --unit."),
    "booking.exists": _("The clinic has a booking {booking} that is something else. Choose another id."),
    "booking.end_or_minutes": _("Give either --end or --minutes, not both."),
    "booking.ends_before_start": _("The end is before the start."),
    "slot.no_length": _("The published time ends when it starts. Give it a later end."),
    "slot.over_a_day": _("The published time lasts more than a day. Check the end's date."),
    "booking.ended_while_booked": _(
        "The status is “booked”, but ended_at is given. Correct the status, or leave ended_at empty."
    ),
    "booking.ended_before_created": _("The booking ended before it was made. Correct one of the two."),
    "booking.other_resident": _("The booking is known, and another resident's. Check the id and the number."),
    "booking.is_a_copy": _(
        "The booking {booking} is a copy from an import: it is changed in the journal. "
        "--local changes the copy, and nothing in the journal."
    ),
    "booking.moved_before": _(
        "The booking {booking} was moved here once, and an import has brought it back: it cannot be moved again. Book "
        "the other time with “tidbok booking add … --slot SLOT”, and cancel this one."
    ),
    "booking.copy_changed": _("Only the copy of {booking} was changed: the journal knows nothing of it."),
    "operation.denied": _("The rules do not allow it. Nothing was done."),
    # saved sweeps
    "sweep.none_saved": _(
        "No sweep is saved as “{name}”, nor any other. Save one first: “tidbok sweep --save {name}”."
    ),
    "sweep.not_saved": _("No sweep is saved as “{name}”. Saved are: {known}."),
    "sweep.has_its_extent": _(
        "{option} is said when a sweep is saved: it is compared with the same bookings. Leave it out, or save another."
    ),
    "sweep.alone": _("{option} lists saved sweeps, and goes with no other option of a sweep. Leave out {other}."),
    # published times and booking bases
    "slot.unknown": _("No published time “{name}” is known. See “tidbok slot list”."),
    "slot.several_units": _("Several clinics have a published time “{name}”: {units}. Choose one with --unit."),
    "slot.not_yet_published": _("The time {slot} was not published until {published_at}. Choose a later --at."),
    "slot.exists": _("The clinic has a published time {slot} that is something else. Choose another id."),
    "slot.was_withdrawn": _("The time {slot} was withdrawn, and stays so. Publish it with another id."),
    "slot.contradicts": _("The published time {slot} says something else. Give what it says."),
    "slot.is_booked": _(
        "The published time is another one now, and {booking} is booked on it. Cancel or rebook that first."
    ),
    "basis.unknown": _("No booking basis “{name}” is known. See “tidbok basis list”."),
    "basis.several_units": _("Several clinics have a booking basis “{name}”: {units}. Choose one with --unit."),
    "basis.not_yet_added": _("The booking basis {basis} was not known until {added_at}. Choose a later --at."),
    "basis.exists": _("The clinic has a booking basis {basis} that is something else. Choose another id."),
    "basis.was_withdrawn": _("The booking basis {basis} was withdrawn, and stays so. Add another."),
    "basis.ends_before_it_begins": _("The last date is before the first."),
    "basis.other_resident": _("The booking basis is known, and another resident's. Check the id and the number."),
    # summonses
    "summons.other_resident": _("The booking {booking} is another resident's. Check the id and the number."),
    "summons.other_code": _("The booking {booking} is for another code. Leave --code out: the booking says it."),
    "summons.not_booked": _("The booking {booking} is not booked at that moment: there is no time to be summoned to."),
    **FILE_SENTENCES,
    **JOURNAL_SENTENCES,
}
