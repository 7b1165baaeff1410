//! Tests inside a server, of what SQL cannot reach: what call sites keep and forget, where memory lives and when it is
//! freed, what an ERROR leaves behind. `make test-glue` runs them by pgrx-tests: each is a function of the schema
//! `tests`, called in a transaction that is rolled back.

#[pgrx::pg_schema]
mod tests {
    use crate::cache::call_site;
    use crate::ffi::memory::Memory;
    use crate::ffi::report::raise;
    use crate::ffi::results::from_bytes;
    use crate::ffi::state::{Growth, List};
    use crate::ffi::varlena::Varlena;
    use pgrx::PgMemoryContexts;
    use pgrx::pg_sys::panic::CaughtError;
    use pgrx::pg_sys::{self, Datum};
    use pgrx::prelude::*;
    use slaops_core::business_time::Timeline;
    use slaops_core::calendar::Calendar;
    use slaops_core::error::Error;
    use std::panic::AssertUnwindSafe;
    use std::rc::Rc;

    /// One call of `business_minutes(calendar, from, to)` in a plan, whose call site lives in a memory context of its own.
    struct Site {
        context: pg_sys::MemoryContext,
        fcinfo: pg_sys::FunctionCallInfo,
    }

    impl Site {
        fn new() -> Site {
            let signature = "slaops.business_minutes(slaops.calendar, timestamptz, timestamptz)";
            let oid: pg_sys::Oid =
                Spi::get_one(&format!("SELECT '{signature}'::regprocedure::oid"))
                    .unwrap()
                    .unwrap();
            let context = context();
            let size = size_of::<pg_sys::FunctionCallInfoBaseData>()
                + 3 * size_of::<pg_sys::NullableDatum>();
            // SAFETY: the context is new; the call has room for three arguments and is zero otherwise, as Postgres makes it.
            unsafe {
                let flinfo = pg_sys::MemoryContextAllocZero(context, size_of::<pg_sys::FmgrInfo>());
                let flinfo = flinfo.cast::<pg_sys::FmgrInfo>();
                pg_sys::fmgr_info_cxt(oid, flinfo, context);
                let fcinfo = pg_sys::MemoryContextAllocZero(context, size);
                let fcinfo = fcinfo.cast::<pg_sys::FunctionCallInfoBaseData>();
                (*fcinfo).flinfo = flinfo;
                (*fcinfo).nargs = 3;
                Site { context, fcinfo }
            }
        }

        fn minutes(&self, calendar: Datum, from: i64, to: i64) -> f64 {
            // SAFETY: the function takes these arguments, and returns a number.
            unsafe {
                let args = (*self.fcinfo).args.as_mut_ptr();
                for (i, value) in [calendar, Datum::from(from), Datum::from(to)]
                    .into_iter()
                    .enumerate()
                {
                    (*args.add(i)).value = value;
                }
                let function = (*(*self.fcinfo).flinfo).fn_addr.unwrap();
                f64::from_bits(function(self.fcinfo).value() as u64)
            }
        }

        /// The plan ends.
        fn end(self) {
            // SAFETY: nobody uses it any more.
            unsafe { pg_sys::MemoryContextDelete(self.context) };
        }
    }

    fn context() -> pg_sys::MemoryContext {
        // SAFETY: the name is static, and the parent lives as long as the transaction.
        unsafe {
            pg_sys::AllocSetContextCreateInternal(
                pg_sys::CurTransactionContext,
                c"slaops test".as_ptr(),
                0,
                8 << 10,
                8 << 20,
            )
        }
    }

    /// What work allocates without saying where lies in the context.
    fn within<R>(context: &PgMemoryContexts, work: impl FnOnce() -> R) -> R {
        // SAFETY: the context is alive, and the old one is set again.
        unsafe {
            let old = pg_sys::MemoryContextSwitchTo(context.value());
            let result = work();
            pg_sys::MemoryContextSwitchTo(old);
            result
        }
    }

    fn allocated(context: pg_sys::MemoryContext) -> usize {
        // SAFETY: the context is alive.
        unsafe { pg_sys::MemoryContextMemAllocated(context, true) as usize }
    }

    /// Open on Mondays for the first so many minutes.
    fn calendar(minutes: usize) -> Vec<u8> {
        let text = format!("Mo 00:00-{:02}:{:02} @ UTC", minutes / 60, minutes % 60);
        text.parse::<Calendar>().unwrap().to_bytes()
    }

    /// A Monday, and a week later.
    const WEEK: (i64, i64) = (2 * DAY, 9 * DAY);
    const DAY: i64 = 86_400_000_000;

    /// The message of the error that work raises.
    fn error_of(work: impl FnOnce()) -> String {
        PgTryBuilder::new(AssertUnwindSafe(|| {
            work();
            "no error".to_owned()
        }))
        .catch_others(|cause| match cause {
            CaughtError::PostgresError(report) | CaughtError::ErrorReport(report) => {
                report.message().to_owned()
            }
            CaughtError::RustPanic { ereport, .. } => ereport.message().to_owned(),
        })
        .execute()
    }

    fn held(timelines: &[Rc<Timeline>], count: usize) -> usize {
        timelines
            .iter()
            .filter(|t| Rc::strong_count(t) == count)
            .count()
    }

    #[pg_test]
    fn a_call_site_forgets_what_it_has_no_room_for_and_still_answers() {
        let site = Site::new();
        let all: Vec<_> = (1..=1_400).map(calendar).collect();
        let mine: Vec<_> = all.iter().map(|bytes| call_site::timeline(bytes)).collect();
        // Each belongs to this test and to the session's cache.
        assert_eq!(held(&mine, 2), all.len());
        for _ in 0..2 {
            for (bytes, minutes) in all.iter().zip(1..) {
                let open = site.minutes(from_bytes(bytes), WEEK.0, WEEK.1);
                assert_eq!(open, f64::from(minutes));
            }
        }
        let kept = held(&mine, 3);
        assert!((256..=512).contains(&kept), "the call site keeps {kept}");
        site.end();
        assert_eq!(
            held(&mine, 2),
            all.len(),
            "the plan's end leaves some behind"
        );
    }

    #[pg_test]
    fn the_sessions_cache_stays_below_its_limit() {
        // Two instants far from each other make a timeline of some kB.
        let site = Site::new();
        for minutes in 1..=1_430 {
            let bytes = calendar(minutes);
            let open = site.minutes(from_bytes(&bytes), -200_000 * DAY, 200_000 * DAY);
            assert!(open > 0.0);
        }
        let (count, bytes) = call_site::usage();
        assert!(
            count > 0 && bytes <= 64 << 20,
            "{count} calendars, {bytes} bytes"
        );
        site.end();
    }

    /// The calendars of a table as they are stored.
    fn stored(table: &str) -> Vec<Datum> {
        let query = std::ffi::CString::new(format!("SELECT cal FROM {table}")).unwrap();
        // SAFETY: the rows are copied to where they stay; their values lie in them.
        unsafe {
            pg_sys::SPI_connect();
            // Not read-only, so that it sees what the test itself has written.
            pg_sys::SPI_execute(query.as_ptr(), false, 0);
            let rows = pg_sys::SPI_processed as usize;
            let (list, desc) = (
                (*pg_sys::SPI_tuptable).vals,
                (*pg_sys::SPI_tuptable).tupdesc,
            );
            let values = (0..rows).map(|i| {
                let row = pg_sys::SPI_copytuple(*list.add(i));
                pg_sys::SPI_getbinval(row, desc, 1, &mut false)
            });
            let values = values.collect();
            pg_sys::SPI_finish();
            values
        }
    }

    #[pg_test]
    fn a_calendar_out_of_line_is_fetched_once() {
        Spi::run(
            "CREATE TEMPORARY TABLE large (cal slaops.calendar);
             ALTER TABLE large ALTER COLUMN cal SET STORAGE external;
             INSERT INTO large SELECT slaops.make_calendar('Mo-Fr 09:00-17:00', 'UTC',
                 holidays => array_agg('1990-01-01'::date + 3 * n)) FROM generate_series(1, 6000) AS n;",
        )
        .unwrap();
        let value = stored("large")[0];
        // SAFETY: the value is a calendar.
        let varlena = unsafe { Varlena::new(value) };
        assert!(varlena.inline().is_none() && varlena.compressed().is_none());
        assert_eq!(varlena.toast_pointer().map(<[u8]>::len), Some(18));
        let size = varlena.size();
        assert!(size > 9_000, "only {size} bytes");

        let site = Site::new();
        let scratch = PgMemoryContexts::new("slaops scratch");
        let before = allocated(scratch.value());
        let first = within(&scratch, || site.minutes(value, WEEK.0, WEEK.1));
        let fetched = allocated(scratch.value());
        assert!(fetched > before + size, "it was not fetched");
        let again = within(&scratch, || site.minutes(value, WEEK.0, WEEK.1));
        assert_eq!(first, again);
        assert_eq!(allocated(scratch.value()), fetched, "it was fetched again");
        site.end();
    }

    #[pg_test]
    fn a_pointer_of_another_row_is_another_calendar() {
        Spi::run(
            "CREATE TEMPORARY TABLE two (cal slaops.calendar);
             ALTER TABLE two ALTER COLUMN cal SET STORAGE external;
             INSERT INTO two SELECT slaops.make_calendar(hours, 'UTC',
                 holidays => array_agg('1990-01-01'::date + n)) FROM generate_series(1, 3000) AS n,
                 (VALUES ('Mo 09:00-10:00'), ('Mo 09:00-12:00')) AS h (hours) GROUP BY hours ORDER BY hours;",
        )
        .unwrap();
        let site = Site::new();
        for _ in 0..2 {
            let open = stored("two")
                .into_iter()
                .map(|cal| site.minutes(cal, WEEK.0, WEEK.1));
            assert_eq!(open.collect::<Vec<_>>(), [60.0, 180.0]);
        }
        site.end();
    }

    const NO_LIMIT: Growth = Growth {
        most: usize::MAX,
        check: |_| Ok(()),
    };

    #[pg_test]
    fn a_list_grows_where_it_began_and_gives_back_what_it_grew_out_of() {
        let home = context();
        // SAFETY: the context outlives the list.
        let list = List::<u64>::new(unsafe { Memory::new(home) }, 4, ());
        let elsewhere = PgMemoryContexts::new("slaops elsewhere");
        let before = allocated(elsewhere.value());
        within(&elsewhere, || {
            (0..100_000).for_each(|n| list.push(n, &NO_LIMIT))
        });
        assert_eq!(allocated(elsewhere.value()), before);
        assert!(list.entries().iter().copied().eq(0..100_000));
        let used = allocated(home);
        assert!((800_000..3_000_000).contains(&used), "{used} bytes");
        let more: Vec<u64> = (100_000..200_000).collect();
        list.extend(&more, &NO_LIMIT);
        assert!(list.entries().iter().copied().eq(0..200_000));
        // SAFETY: nobody uses it any more.
        unsafe { pg_sys::MemoryContextDelete(home) };
    }

    #[pg_test]
    fn a_list_that_may_not_grow_stays_as_it_was() {
        let limited = Growth {
            most: 8,
            check: |needed| match needed {
                0..=8 => Ok(()),
                _ => Err(Error::limit("more than eight", "Take less.")),
            },
        };
        // SAFETY: the context lives as long as the transaction.
        let list = List::<u64>::new(unsafe { Memory::new(context()) }, 3, ());
        (0..8).for_each(|n| list.push(n, &limited));
        assert_eq!(error_of(|| list.push(8, &limited)), "more than eight");
        assert_eq!(
            error_of(|| list.extend(&[8, 9], &limited)),
            "more than eight"
        );
        assert!(list.entries().iter().copied().eq(0..8));
        assert_eq!(list.capacity(), 8);
    }

    #[pg_test]
    fn a_kept_value_is_dropped_with_its_context() {
        let token = Rc::new(());
        let home = context();
        // SAFETY: the context outlives the values.
        let memory = unsafe { Memory::new(home) };
        memory.keep(token.clone());
        memory.keep(vec![token.clone(), token.clone()]);
        assert_eq!(Rc::strong_count(&token), 4);
        // SAFETY: the values are not used any more.
        unsafe { pg_sys::MemoryContextReset(home) };
        assert_eq!(Rc::strong_count(&token), 1);
    }

    #[pg_test]
    fn rows_that_nobody_asks_for_are_dropped() {
        let timeline = call_site::timeline(&calendar(777));
        let query = "SELECT slaops.open_periods('Mo 00:00-12:57 @ UTC'::slaops.calendar,
             '2026-01-01Z', '2036-01-01Z') LIMIT 1";
        Spi::run(query).unwrap();
        // This test's, and the session's.
        assert_eq!(Rc::strong_count(&timeline), 2);
    }

    /// Runs a statement that must fail, in a subtransaction; the message.
    fn refused(statement: &str) -> String {
        Spi::run(
            "CREATE OR REPLACE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $f$
             BEGIN EXECUTE statement; RETURN 'no error'; EXCEPTION WHEN OTHERS THEN RETURN SQLERRM; END $f$",
        )
        .unwrap();
        Spi::get_one_with_args("SELECT pg_temp.refused($1)", &[statement.into()])
            .unwrap()
            .unwrap()
    }

    #[pg_test]
    fn an_error_while_a_row_type_is_looked_at_leaves_the_others() {
        let good = "SELECT slaops.match_policy(t) FROM (SELECT 'P1' AS priority) AS t";
        Spi::run(good).unwrap();
        for _ in 0..20 {
            let message = refused(
                "SELECT slaops.match_policy(t) FROM (SELECT 'P1' AS priority, now()::timestamp AS created_at) AS t",
            );
            assert_eq!(
                message,
                "the ticket's column created_at must be a timestamptz"
            );
            Spi::run(good).unwrap();
        }
    }

    #[pg_test]
    fn an_error_while_a_model_or_a_set_is_read_leaves_the_caches() {
        for _ in 0..3 {
            let message = refused("SELECT slaops.conformance(ARRAY['a'], 'no such model')");
            assert_eq!(message, "process model \"no such model\" is not registered");
            let message = refused("SELECT slaops.match_policy('{}'::jsonb, 'no such set')");
            assert_eq!(message, "policy set \"no such set\" does not exist");
            let message = refused("SELECT slaops.is_open('no such calendar', now())");
            assert_eq!(message, "calendar \"no such calendar\" is not registered");
            Spi::run(
                "SELECT slaops.conformance(ARRAY['a', 'b'], 'start > a, a > b, b > end'),
                     slaops.match_policy('{}'::jsonb), slaops.is_open('24/7 @ UTC', now())",
            )
            .unwrap();
        }
    }

    #[pg_test]
    fn an_instant_that_does_not_read_leaves_the_sessions_time_zone() {
        Spi::run("SET LOCAL timezone = 'Asia/Kathmandu'").unwrap();
        let zone = || Spi::get_one::<String>("SELECT to_char(now(), 'OF')").unwrap();
        let before = zone();
        for text in [
            "tea time",
            "2026-01-05 10:00",
            "2026-01-05 10:00 Nowhere/At_All",
        ] {
            assert!(crate::ffi::instant::read("created_at", text).is_err());
        }
        let message =
            refused(r#"SELECT slaops.match_policy('{"created_at": "5 o''clock"}'::jsonb)"#);
        assert_eq!(
            message,
            "the ticket's created_at must be an instant, not \"5 o'clock\""
        );
        assert_eq!(zone(), before);
        assert_eq!(before.as_deref(), Some("+05:45"));
    }

    #[pg_test]
    fn an_aborted_subtransaction_is_not_remembered() {
        let names = "SELECT slaops.match_policy('{\"priority\": \"P1\"}'::jsonb)";
        let policy = || Spi::get_one::<String>(names).unwrap();
        assert_eq!(policy(), None);
        let message = refused(
            "DO $$ BEGIN
                 INSERT INTO slaops.sla_policies (name, position) VALUES ('gone', 1);
                 IF slaops.match_policy('{\"priority\": \"P1\"}'::jsonb) <> 'gone' THEN RAISE 'not seen'; END IF;
                 RAISE 'taken back';
             END $$",
        );
        assert_eq!(message, "taken back");
        assert_eq!(policy(), None);
    }

    #[pg_test]
    fn a_script_of_another_build_is_refused() {
        crate::interface::check();
        Spi::run(
            "UPDATE pg_proc SET prosrc = 'SELECT ''another''' WHERE proname = 'interface_of_script'",
        )
        .unwrap();
        let other = error_of(crate::interface::check);
        assert!(other.contains("different builds"), "{other}");
        Spi::run("DELETE FROM pg_proc WHERE proname = 'interface_of_script'").unwrap();
        let none = error_of(crate::interface::check);
        assert!(none.contains("different builds"), "{none}");
    }

    #[pg_test]
    fn an_error_of_the_library_is_an_error_of_postgres() {
        let message = error_of(|| raise(Error::parameter("a message", "A hint.")));
        assert_eq!(message, "a message");
    }
}
