#!/bin/bash
# The columns of a filled database that attach and the comparison read, as SQL that makes them again: what
# `make test` replays. No text that anybody wrote: ids, instants, statuses, made-up names.
#   tests/realdesks/extract.sh request_tracker CONNINFO | gzip -n -9 >tests/data/request_tracker.sql.gz
set -euo pipefail
desk=$1 from=$2
ask() { psql -X -q -v ON_ERROR_STOP=1 "$from" "$@"; }
table() { # name, columns, condition
    local types
    types=$(ask -At -c "SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY c.place) FROM unnest(string_to_array('$2', ' ')) WITH ORDINALITY AS c (name, place) JOIN pg_attribute AS a ON a.attrelid = 'public.$1'::regclass AND a.attname = c.name")
    printf 'CREATE TABLE public.%s (%s);\nCOPY public.%s FROM stdin;\n' "$1" "$types" "$1"
    ask -c "COPY (SELECT ${2// /, } FROM public.$1 ${3:-} ORDER BY id) TO STDOUT"
    printf '\\.\n'
}
case $desk in
request_tracker)
    table tickets 'id effectiveid type queue owner status priority sla created resolved due lastupdated'
    table transactions 'id objecttype objectid type field oldvalue newvalue creator created' "WHERE objecttype = 'RT::Ticket' AND type IN ('Create', 'Correspond', 'Comment', 'Status', 'Set', 'SetWatcher', 'AddLink', 'CustomField') OR objecttype = 'RT::User' AND field = 'Privileged'"
    table queues 'id name'
    table users 'id name organization' "WHERE id IN (SELECT creator FROM public.transactions UNION SELECT owner FROM public.tickets UNION SELECT memberid FROM public.groupmembers)"
    table groups 'id domain name instance' "WHERE domain = 'RT::Ticket-Role' AND name = 'Requestor' OR domain = 'SystemInternal' AND name = 'Privileged'"
    table groupmembers 'id groupid memberid' "WHERE groupid IN (SELECT id FROM public.groups WHERE domain = 'RT::Ticket-Role' AND name = 'Requestor' OR domain = 'SystemInternal' AND name = 'Privileged')"
    table links 'id base type created'
    table customfields 'id name disabled'
    table objectcustomfieldvalues 'id objecttype objectid customfield content disabled'
    ;;
redmine)
    table issues 'id project_id tracker_id status_id priority_id category_id author_id assigned_to_id created_on closed_on updated_on due_date'
    # Of a note only that there is one.
    printf 'CREATE TABLE public.journals (id int, journalized_id int, journalized_type text, user_id int, notes text, created_on timestamp, private_notes bool);\nCOPY public.journals FROM stdin;\n'
    ask -c "COPY (SELECT id, journalized_id, journalized_type, user_id, CASE WHEN notes <> '' THEN 'x' ELSE '' END, created_on, private_notes FROM public.journals ORDER BY id) TO STDOUT"
    printf '\\.\n'
    table journal_details 'id journal_id property prop_key old_value value'
    table issue_statuses 'id name is_closed'
    table projects 'id name'
    table enumerations 'id name'
    table trackers 'id name'
    table issue_categories 'id name'
    table users 'id login firstname lastname admin type'
    table members 'id user_id'
    table member_roles 'id member_id role_id'
    printf 'CREATE TABLE public.roles (id int, permissions text);\nCOPY public.roles FROM stdin;\n'
    ask -c "COPY (SELECT id, CASE WHEN permissions ~ ':edit_issues\\M' THEN ':edit_issues' ELSE '' END FROM public.roles ORDER BY id) TO STDOUT"
    printf '\\.\n'
    table custom_values 'id customized_type customized_id custom_field_id value'
    table custom_fields 'id name'
    ;;
esac
