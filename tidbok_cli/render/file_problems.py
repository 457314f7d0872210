"""Sentences about files and other systems' answers, for `problem_texts.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import marked as _

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_SENTENCES: Final[Mapping[str, str]] = {
    # files that are imported
    "demo.not_its_own": _(
        "This folder holds something else than an unchanged demo: {names}. Nothing was removed. Name an empty folder "
        "or a new one."
    ),
    "file.no_home": _("No such user, or no home folder, is known here. Write the path without “~”."),
    "file.missing": _("There is no such file or folder. Check the path, or run “tidbok init”."),
    "file.not_regular": _(
        "This is a pipe, a socket or a device, where a file was expected. Name a file; an import reads standard input "
        "as “-”."
    ),
    "file.too_large": _("The file is larger than {most} MB, the most that is read. Check that it is the right file."),
    "line.too_long": _("The line is longer than {most} MB, so this is no CSV file. Check that it is the right file."),
    "file.is_folder": _("This is a folder where a file was expected. Rename or move it."),
    "file.no_permission": _("You may not read this. Ask its owner for permission to read it."),
    "file.not_writable": _("This could not be written ({detail}). Check the path and the right to write there."),
    "file.folder_not_replaced": _("This is a folder, and a file is to be written. Name a file in it."),
    "file.not_own": _("This is somebody else's file, and is not written over. Name another, or ask its owner."),
    "file.not_replaced": _("This is no ordinary file, and is not written over. Name another."),
    "file.unreadable": _("This could not be read ({detail}). Check the path and the disk."),
    "file.empty": _("The file is empty. Check that it is the right file."),
    "file.not_utf8": _("The file is not UTF-8. Try again with {flag}, or save it as UTF-8."),
    "file.other_encoding": _("The file cannot be read as {encoding}. Give the encoding it was saved in."),
    "file.not_text": _(
        "The line holds a NUL character, so this is no text file in this encoding. Save the file as CSV UTF-8."
    ),
    "encoding.marked": _("The file begins with the mark of {encoding}, and is read so, not as {asked}."),
    "file.compressed": _("This is a compressed file. Unpack it, and name what was in it."),
    "file.pdf": _("This is a PDF, which has no rows. Export the table as CSV or .xlsx."),
    "file.document": _("This is a document of text, no table. Save the table as CSV or .xlsx."),
    "file.web_page": _("This is a web page, perhaps with an error in place of the answer. Export the table again."),
    "file.database": _("This is a database, no table. Export the table as CSV or .xlsx."),
    "file.picture": _("This is a picture, which has no rows. Export the table as CSV or .xlsx."),
    "file.workbook": _(
        "This is a workbook, or a compressed file, and neither is read here. Check that it is the right file."
    ),
    "file.xml": _("This is XML, which is not read here. Check that it is the right file."),
    "encoding.unknown": _("No encoding “{encoding}” is known. Try utf-8 or windows-1252."),
    "csv.malformed": _(
        "The CSV is broken in the record that starts here: a quotation mark is missing or misplaced, "
        "or a cell is too long. Correct the line."
    ),
    "csv.cut_off": _(
        "The last line does not end: the file may have been cut off, so it is no whole file. Fetch the extract again; "
        "if it is whole, have it end its last line."
    ),
    "file.changed": _("The file was written to while it was read. Wait until it is whole, and import it again."),
    "row.too_few_cells": _(
        "The row has {cells} cells and the header {columns}: the file may have been cut off, so it is no whole file. "
        "Fetch the extract again."
    ),
    "columns.missing": _(
        "These columns are missing: {columns}. Add them to the header row; the headings found here are: {found}."
    ),
    "columns.twice": _("These columns are there more than once: {columns}. Keep one of each."),
    "columns.ignored": _("These columns are not used: {columns}. Check the spelling if they should be."),
    "row.too_many_cells": _(
        "The row has {cells} cells and the header {columns}. Put text that holds the delimiter in quotation marks."
    ),
    "excel.malformed": _("This is no workbook that can be read. Save it as .xlsx or as CSV."),
    "excel.locked": _("The workbook is locked with a password. Save it without one, or as CSV."),
    "excel.other_kind": _("This workbook is no .xlsx, the only kind that is read. Save it as .xlsx or as CSV."),
    "excel.far_out": _(
        "Something stands in this cell, far from the table. Delete what lies beyond the table, or save the sheet as "
        "CSV."
    ),
    "excel.first_seen": _("The sheet “{sheet}” is read: those before it are hidden, or charts. Name another: --sheet."),
    "excel.too_large": _(
        "The workbook grows too large when it is read: by much text, or a cell far out. Remove what lies beyond the "
        "table, or save the sheet as CSV."
    ),
    "excel.no_sheet": _("The workbook has no sheet “{sheet}”. It has: {sheets}."),
    "xml.malformed": _("The XML is not well-formed here. Fetch or export the file again."),
    "xml.doctype": _("The file has a DOCTYPE, which is never accepted. Remove it, or fetch the file again."),
    "xml.fault": _("The answer is an error: {text} ({code}). Nothing is known of the clinic. Fetch it again."),
    "xml.empty_answer": _("What stands here is neither a response nor an error, or empty. Fetch the answer again."),
    "xml.all_failed": _("Nobody answered, so nothing is known: {failed}. Fetch the answers again."),
    "xml.producer_failed": _(
        "{address} did not answer ({status}): nothing is known of its clinics. Fetch the answer again."
    ),
    "complete.unit_silent": _(
        "{unit} did not answer all questions: no booking of the clinic was ended for being absent."
    ),
    "complete.address_unknown": _(
        "Which clinics {address} answers for is not known, and it did not answer: nothing was ended for being absent. "
        "Say in the clinics' files whose logical_address it is, or fetch the answer again."
    ),
    "xml.no_message": _("The file holds no {message}. Check that it is the right file."),
    "cell.missing": _("The cell is empty and must have a value. Fill it in."),
    "cell.control_characters": _("The cell holds control characters. Write the text again without them."),
    "cell.line_break": _("The cell holds a line break (Alt+Enter in Excel). Write the text on one line."),
    "cell.error_value": _("The spreadsheet has an error here: {value}. Correct the formula, or write the value."),
    "cell.not_calculated": _(
        "The cell has a formula whose value was never calculated. Open the workbook in Excel, and save it."
    ),
    "cell.number_shortened": _(
        "The spreadsheet has kept only the first digits of this number: {value}. Format the column as text, and write "
        "the number again."
    ),
    "cell.unseen_character": _(
        "A character that nobody sees stands there, {character}. Write the text again without it."
    ),
    "cell.other_space": _(
        "A space of another kind stands there, {character}. Write the text again with ordinary ones."
    ),
    "cell.time_for_id": _(
        "“{time}” is a time of day, and the column {column} holds the id of the published time. Call it slot_id, and "
        "write the time in start."
    ),
    "cell.not_ascii": _("An HSA-id has only A to Z, digits and hyphens, and this has {character}. Write it again."),
    "cell.too_long": _("The cell is longer than {most} characters. Check that it is in the right column."),
    "cell.unknown_value": _("“{value}” is not known here. Use one of: {allowed}."),
    "cell.not_hours": _("“{value}” is no number of whole hours from 0 to {most}. Correct it."),
    "cell.not_a_link": _(
        "This is no link to a digital meeting. It begins with https://, names a server, and has no spaces or control "
        "characters."
    ),
    "cell.link_too_long": _("The link has {length} characters; at most {most} are allowed. Give a shorter one."),
    "cell.not_a_unit": _(
        "“{unit}” is neither an HSA-id nor an alias. Give the clinic's HSA-id or its alias (a-z, 0-9 and -)."
    ),
    "import.rejected": _(
        "Bad rows: {rejected}. Nothing was imported. Correct them and import the file again, or use --skip-bad."
    ),
    "import.left_out": _(
        "Bad rows: {rejected}. They were left out, and are in {file}: correct them and import that file."
    ),
    "import.would_reject": _("Bad rows: {rejected}. Correct them, or leave them out with --skip-bad."),
    "import.dry_run_writes": _(
        "A dry run keeps nothing, but lays its rows out in the store first, and this store can only be read. "
        "Run it where the store can be written: of PostgreSQL's servers, against the primary."
    ),
    "import.needs_rejected": _(
        "Name a file for the bad rows: --rejected FILE. Standard input and XML have none of their own."
    ),
    "rivta.short_times": _(
        "Times without seconds (YYYYMMDDhhmm): {count}, the first here. They are taken on the minute. The contract "
        "says YYYYMMDDhhmmss."
    ),
    "rivta.no_invitation": _(
        "None of the {count} slots says isInvitation: each is taken as booked by the resident. That is wrong where the "
        "producer never says it, as in contract 1.0: then leave out --origin-from-invitation."
    ),
    "rivta.origin_in_vain": _(
        "--origin-from-invitation is about GetSubjectOfCareScheduleResponse: in CSV and Excel a column says it, origin."
    ),
    "import.rejected_in_vain": _("--rejected works only with --skip-bad: otherwise no row is left out."),
    "import.rejected_is_file": _(
        "This is the very file to be imported. Name another for the bad rows: --rejected FILE."
    ),
    "import.other_count": _(
        "The file has {found} rows, and {expected} were expected. Nothing was imported. Check that it is whole."
    ),
    "import.numbers_in_ids": _(
        "{count} rows have a person number in an id, a code or a name. Programs are given it as it is; people see it "
        "masked, save with --reveal. Have the journal write ids that tell nothing."
    ),
    "import.same_file": _("This is the same file as batch {batch} of {recorded_at} ({source})."),
    "import.older": _(
        "The moment {moment_at} is before the latest import of {unit}, {happened_at}. Nothing was imported. Check that "
        "it is the right file; if so, say --allow-older."
    ),
    "import.unit_without_file": _("The clinic {unit} has no file here and is not in force. Check the HSA-id."),
    "import.no_known_unit": _(
        "None of the file's clinics has a file here or is in force. Check that it is the right file; “tidbok store "
        "purge --batch” takes it away again."
    ),
    "complete.in_vain": _("{option} works only with --complete: otherwise nothing is ended for being absent."),
    "complete.no_limit": _("“{value}” is no limit. Write a number, 20, or so many in a hundred, 5%."),
    "complete.too_many": _(
        "The file no longer has {absent} of the {live} live bookings of its clinics and dates, more than a fifth. "
        "Nothing was changed. Check that the extract is whole; if so many were cancelled, say --allow-mass."
    ),
    "complete.too_many_of_unit": _(
        "The file no longer has {absent} of the {live} live bookings of {unit} on its dates, more than half. "
        "Nothing was changed. Check that the extract is whole; if so many were cancelled, say --allow-mass."
    ),
    "complete.beyond_limit": _(
        "The file no longer has {absent} of the {live} live bookings of its clinics and dates, more than {limit}. "
        "Nothing was changed. Check that the extract is whole; if so many were cancelled, say --allow-mass."
    ),
    "complete.unusual": _(
        "The file would end {absent} bookings, more than three times the most that one of the last {files} whole files "
        "of these clinics ended, {most}. Nothing was changed. Check that the extract is whole; if so many were "
        "cancelled, say --allow-mass."
    ),
    "complete.units_missing": _(
        "The last whole file had clinics that this one lacks, and that have live bookings ({count}): {units}. Nothing "
        "was changed. Check that the extract is whole; name a clinic that has no booking left with --unit, or say "
        "--allow-mass."
    ),
    "complete.unit_left_out": _(
        "A row of {unit} could not be read so far that it says which booking: no booking of the clinic was ended for "
        "being absent."
    ),
    "complete.unread": _(
        "A row says neither its clinic nor its booking: nothing was ended for being absent. Correct the row and import "
        "the file again."
    ),
    "complete.no_extent": _(
        "The file has no bookings, so for which clinics and dates it is whole is not known: nothing was ended. Say so "
        "with --unit, --from and --to."
    ),
    "text.decoded_twice": _("“{value}” looks as if it was read in a wrong encoding: “{before}”? Check --encoding."),
    "text.lost_letters": _("“{value}” has lost letters before it came here. Export the text again."),
    "id.like_another": _(
        "The id “{id}” differs only in case or kinds of space from “{other}” of the same clinic. Check that both are "
        "meant."
    ),
    "id.more_alike": _("{count} more ids differ from others of their clinic only in case or kinds of space."),
    "code.like_another": _(
        "The code “{code}” differs only in case or spaces from “{other}”. Check that both are meant."
    ),
    "row.contradicts": _("The same as in line {line}, with other values. Keep one of the two."),
    # TAK
    "json.not_utf8": _("This is not UTF-8, as JSON is."),
    "json.malformed": _("This is not valid JSON at character {column}: it may be cut off."),
    "json.too_large": _("The JSON nests too deeply, or holds a number with too many digits."),
    "tak.refused": _(
        "The export cannot be used as it is: export it again. Nothing was changed: the former snapshot is kept."
    ),
    "tak.unseen_character": _(
        "The address “{address}” leads to no clinic: a character that nobody sees, or another space, stands in it, "
        "{character}. Have it corrected in TAK."
    ),
    "tak.space_around": _(
        "The address “{address}” leads to no clinic: it begins or ends with a space. Have it corrected in TAK."
    ),
    "coupling.order_untold": _(
        "No TAK snapshot has been read, so some of these routes may be there already. Read an export first: “tidbok "
        "coupling import-tak FILE”."
    ),
    "tak.before_latest": _("A snapshot was read {latest_at}: another cannot be put before it. Choose a later --at."),
    "tak.from_the_future": _(
        "The snapshot is dated later than tomorrow. Nothing was changed. Check the clock here, and the export."
    ),
    "tak.too_many_gone": _(
        "Routes that are gone: {lost} of {known}, more than a fifth. Nothing was changed. Check that the answer is "
        "whole; if so many are gone, say --allow-mass."
    ),
    "tak.no_routes": _("The export holds no routes: “vagval” is missing. Check that it is TAK's export."),
    "tak.not_a_list": _("“{name}” is not a list of objects."),
    "tak.not_an_object": _("“{name}” is not an object."),
    "tak.missing": _("{name} has no {key}."),
    "tak.not_text": _("{name} has a {key} that is no text, or that no database can keep."),
    "tak.too_long": _("{name} has a {key} of more than {most} characters."),
    "tak.bad_time": _("{name} has a {key} that is no time, such as 2014-08-12T22:00:00+0000."),
    "tak.refers_to_nothing": _("{name} refers to {kind} {reference}, which is not there."),
    # the TAK-API
    "tak_api.no_units": _("No clinic is in force or has a file: there is nothing to ask about."),
    "tak_api.connection_point": _("“{value}” is no connection point. Write PLATFORM/ENVIRONMENT: NTJP/PRODUCTION."),
    "tak_api.no_connection_point": _("The TAK-API has no connection point {asked}. It has: {known}."),
    "tak_api.unexpected": _(
        "The TAK-API does not answer as its description says. Nothing was changed. Check the address: --url."
    ),
    "tak_api.changed_meanwhile": _(
        "The TAK-API renewed its contents while it was asked. Nothing was changed: ask again."
    ),
    "web.url": _("This is no address of an API. Write https://host/path, without user, password, “?” and “#”."),
    "web.needs_https": _("A password or certificates are used over https only. Write the address with https://."),
    "web.user": _("A user name may hold no colon. Check it."),
    "web.no_password": _(
        "The user needs a password. Name its file with --password-file, or give systemd's credential tak-api-password."
    ),
    "web.empty_password": _("The first line of the file is empty, and should be the password. Write it there."),
    "web.password_without_user": _("--password-file works only with --user."),
    "web.key_without_cert": _("--key works only with --cert. Name the certificate's file too."),
    "web.bad_certificate": _(
        "This cannot be used: it is no certificate in PEM, its key is another's or missing, or has a passphrase."
    ),
    "web.unauthorized": _("The API does not know the user with this password (status {status}). Check both."),
    "web.forbidden": _("The API does not let this user or certificate ask (status {status}). Order the permission."),
    "web.not_found": _("There is no such API at this address (status {status}). Check --url."),
    "web.status": _("The API answers with status {status}, and not with what was asked for. Check --url."),
    "web.failing": _(
        "The API still answers with an error (status {status}) after several tries. "
        "Nothing was changed: try again later."
    ),
    "web.dropped": _(
        "The API drops the connection, after several tries as well. Nothing was changed: try again later."
    ),
    "web.redirected": _("The API sends us to another host, {host}, which is not followed. Check --url."),
    "web.time_out": _("No answer came within {seconds} s. Try again later, or wait longer: --timeout."),
    "web.too_large": _("The API's answer is larger than {most} MB, the most that is read. Check --url."),
    "web.no_address": _("The API's address, or one that it sends us to, leads nowhere. Check --url."),
    "web.open_to_others": _(
        "A password or key that other users may read or write is not used. Keep it for yourself: “chmod o= {file}”, or "
        "go on with --unsafe-permissions."
    ),
    "web.tls": _("There is no secure connection: {detail}. Check --ca, --cert and --key, and the address."),
    "web.unknown_host": _("No host {host} is known. Check --url, and the network."),
    "web.unreachable": _("The API cannot be reached ({detail}). Check --url, and the network."),
    # TOML
    "toml.not_utf8": _("The file is not UTF-8 from this line on. Save it as UTF-8."),
    "toml.syntax": _("The line is not valid TOML at character {column}. Write “key = value” or “[table]”."),
    "toml.unclosed": _(
        "A string, array or table is not closed before character {column}. Add the missing quote or bracket."
    ),
    "toml.bad_value": _(
        "There is no valid value at character {column}. "
        "Put texts in quotation marks; write true, false, numbers and dates without."
    ),
    "toml.twice": _("A key or table is set twice, seen at character {column}. Keep one of them."),
    "toml.too_large": _(
        "The file nests too deeply, has keys of too many parts, or holds a number with too many digits. Simplify it."
    ),
    "toml.unknown_key": _("The key {key} is not known here. Remove it; allowed are: {allowed}."),
    "toml.misspelt_key": _("The key {key} is not known here. Did you mean {nearest}? Allowed are: {allowed}."),
    "toml.missing_key": _("The key {key} is missing. Add it."),
    "toml.wrong_type": _("{key} has the wrong type. Write it as {expected}."),
    "toml.not_allowed": _("The value of {key} is not allowed. Choose one of: {allowed}."),
    "toml.out_of_range": _("{key} must be a whole number from {least} to {most}. Change it."),
    "toml.not_between": _("{key} must be a number from {least} to {most}. Change it."),
    "toml.blank": _("{key} is empty. Write a value, or remove the key if it is optional."),
    "toml.unseen_character": _("A character that nobody sees stands in {key}, {character}. Write it without."),
    "toml.other_space": _("A space of another kind stands in {key}, {character}. Write ordinary spaces."),
    "toml.space_around": _(
        "{key} begins or ends with a space, which no list or table would show or keep. Write it without."
    ),
    "toml.control_character": _("{key} holds a control character. Write the text again without it."),
    "toml.too_long": _("{key} is longer than {most} characters. Shorten it."),
    "region.bad_pattern": _(
        "{key} is not a valid regular expression. Correct it, or leave it empty if the region has no reserve numbers."
    ),
    "region.period_twice": _("Two periods of relation_required begin at {time}. Keep one of them."),
}
