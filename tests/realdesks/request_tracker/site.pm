# Request Tracker's own settings for the comparison: where its database is, opening hours, service levels.
# desk.yml says the same to slaops.
Set($rtname, 'slaops.test');
Set($Timezone, 'America/New_York');
Set($DatabaseType, 'Pg');
Set($DatabaseHost, $ENV{RT_PGHOST});
Set($DatabasePort, $ENV{RT_PGPORT});
Set($DatabaseName, $ENV{RT_PGDATABASE});
Set($DatabaseUser, $ENV{RT_PGUSER});
Set($DatabasePassword, '');
Set($MailCommand, 'testfile');      # no mail leaves this machine
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
Set(%GnuPG, Enable => 0);
Set(%SMIME, Enable => 0);

my %day = (
    desk => { Start => '9:00', End => '17:00', Breaks => [{ Start => '12:00', End => '13:00' }] },
    emea => { Start => '8:00', End => '18:00' },
);
Set(%ServiceBusinessHours,
    Default => { holidays => ['2026-09-07', '2026-10-12', '2026-11-11'], map { $_ => { Name => "day $_", %{ $day{desk} } } } 1 .. 5 },
    EMEA    => { holidays => ['2026-10-30'], map { $_ => { Name => "day $_", %{ $day{emea} } } } 1 .. 5 },
);

# What is stalled waits for the customer: two levels leave that time out of the resolution.
my %waits = (IgnoreOnStatuses => ['stalled'], ExcludeTimeOnIgnoredStatuses => 1);
Set(%ServiceAgreements,
    Default      => 'Standard',
    QueueDefault => {
        General => 'Standard',
        Billing => 'Standard',
        EMEA    => { Level => 'EMEA', Timezone => 'Europe/Berlin' },
    },
    Levels => {
        Standard => { Response => { BusinessMinutes => 4 * 60 }, Resolve => { BusinessMinutes => 35 * 60 } },
        High     => { Response => { BusinessMinutes => 60 },     Resolve => { BusinessMinutes => 14 * 60, %waits } },
        Urgent   => { Starts => { RealMinutes => 0 }, Response => { RealMinutes => 30 }, Resolve => { RealMinutes => 8 * 60 } },
        EMEA     => {
            BusinessHours => 'EMEA',
            Response      => { BusinessMinutes => 2 * 60 },
            KeepInLoop    => { BusinessMinutes => 20 * 60, IgnoreOnStatuses => ['stalled'] },
            Resolve       => { BusinessMinutes => 30 * 60, %waits },
        },
    },
);
1;
