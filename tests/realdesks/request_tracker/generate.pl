#!/usr/bin/perl
# Fill an empty Request Tracker database through RT's own API, under mocked time, so that RT itself sets every status and
# due time:  perl generate.pl TICKETS SEED
# Tickets come by day and by night over three months; each has a story that is drawn first, and then all stories are
# played in the order of time.
use strict;
use warnings;
use Test::MockTime qw(set_fixed_time);
use Time::Local qw(timegm);

my $start;
BEGIN { $start = timegm(0, 0, 4, 24, 7, 2026); set_fixed_time($start - 3600) }    # Monday 24 August 2026, midnight in New York
use lib '/usr/share/request-tracker5/lib';
use RT;
use MIME::Entity;

my ($tickets, $seed) = @ARGV;
die "usage: $0 TICKETS SEED\n" unless $tickets && defined $seed;
srand $seed;
RT::LoadConfig();
RT::Init();
my $root = RT->SystemUser;
my ($day, $weeks) = (86400, 13);

sub one_of { $_[ int rand @_ ] }
sub load { my ($class, $who, $id) = @_; my $o = "RT::$class"->new($who); $o->Load($id); $o }
sub text { MIME::Entity->build(Type => 'text/plain', Charset => 'UTF-8', Subject => 'story', Data => ["$_[0]\n"]) }

# No mail: only the scrips that open tickets and set due times stay.
my $scrips = RT::Scrips->new($root);
$scrips->UnLimit;
while (my $scrip = $scrips->Next) {
    $scrip->_Set(Field => 'Disabled', Value => 1) if ($scrip->ActionObj->Name // '') =~ /notify|autoreply|forward/i;
}

my @queues = qw(General Billing EMEA);
for my $name (@queues) {
    my $queue = load(Queue => $root, $name);
    $queue->Create(Name => $name) unless $queue->Id;
    $queue->SetSLADisabled(0);
}
sub grant {
    my ($group, @rights) = @_;
    my $g = RT::Group->new($root);
    $g->LoadSystemInternalGroup($group);
    $g->PrincipalObj->GrantRight(Right => $_, Object => $RT::System) for @rights;
}
grant(Everyone   => qw(CreateTicket ReplyToTicket CommentOnTicket SeeQueue ShowTicket SeeCustomField SetInitialCustomField));
grant(Privileged => qw(OwnTicket ModifyTicket TakeTicket StealTicket DeleteTicket ShowTicketComments));

sub person {
    my ($name, $inside) = @_;
    my $user = RT::User->new($root);
    $user->Create(Name => $name, EmailAddress => "$name\@desk.test", Privileged => $inside);
    RT::CurrentUser->new($name);
}
my @agents    = map { person("agent$_", 1) } 1 .. 6;
my @customers = map { person("customer$_", 0) } 1 .. 40;
my $observer  = person('observer', 0);      # in Cc of some tickets: neither a requestor nor an agent

my $product = RT::CustomField->new($root);
$product->Create(Name => 'Product', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket');
$product->AddToObject(RT::Queue->new($root));

sub level { my ($queue, $priority) = @_; $queue eq 'EMEA' ? 'EMEA' : $priority >= 100 ? 'Urgent' : $priority >= 50 ? 'High' : 'Standard' }

# When an agent gets to it: nearly always on a weekday between eight and six in New York.
sub working {
    my $at = shift;
    return $at if rand() < 0.06;
    for (1 .. 500) {
        my (undef, undef, $hour, undef, undef, undef, $weekday) = gmtime($at - 4 * 3600);
        last if $weekday % 6 && $hour >= 8 && $hour < 18;
        $at += 900 + int rand 2700;
    }
    $at;
}

# What happens next to a ticket, by weight: [weight, whether an agent does it, what].
my @turns = (
    [22, 0, 'ask'], [28, 1, 'reply'], [8, 1, 'note'], [6, 1, 'own'], [6, 1, 'stall'], [4, 1, 'priority'], [4, 1, 'queue'],
    [1, 1, 'merge'], [1, 0, 'observe'], [1.5, 1, 'reject'], [1, 1, 'delete'], [1, 1, 'open'], [16.5, 1, 'resolve'],
);
my $weight = 0;
$weight += $_->[0] for @turns;
sub turn {
    my $x = rand $weight;
    for (@turns) { return $_ if ($x -= $_->[0]) < 0 }
    $turns[-1];
}

my @play;
for my $n (1 .. $tickets) {
    my $at = $start + int rand 7 * $weeks * $day;
    if ($n % 2) {                                   # by day, on a weekday
        my $local = $at - 4 * 3600;
        $local -= $local % $day;
        my $weekday = (gmtime $local)[6];
        $local += 2 * $day if $weekday == 0 || $weekday == 6;
        $at = $local + 4 * 3600 + 8 * 3600 + int rand 10 * 3600;
    }
    $at -= $at % 3600 if $n % 20 == 0;              # some on the hour, where windows begin and end
    push @play, [$at, $n, 'create', one_of('General', @queues, 'EMEA'), one_of(0, 0, 0, 50, 50, 100)];
    my $over = 0;
    for (1 .. 2 + int rand 9) {
        $at += 60 + int(-log(1 - rand) * one_of(1800, 7200, 43200, 86400));
        if ($over) {                                # some customers come back, most do not
            last if rand() > 0.35;
            push @play, [$at, $n, 'ask'];
            $over = 0;
            next;
        }
        my (undef, $inside, $what) = @{ turn() };
        $at = working($at) if $inside;
        push @play, [$at, $n, $what];
        last if $what eq 'merge' || $what eq 'delete';
        $over = $what eq 'resolve' || $what eq 'reject';
    }
    push @play, [working($at + int rand $day), $n, 'resolve'] if !$over && $play[-1][2] !~ /merge|delete/ && rand() < 0.75;
}
my $end = $start + (7 * $weeks + 3) * $day;
@play = sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] } grep { $_->[0] < $end } @play;

my (%id, %requestor, %gone);
my %do = (
    ask     => sub { $_[0]->Correspond(MIMEObj => text('any news?')) },
    observe => sub { $_[0]->Correspond(MIMEObj => text('I only read along')) },
    reply   => sub { $_[0]->Correspond(MIMEObj => text('we look into it')) },
    note    => sub { $_[0]->Comment(MIMEObj => text('a note')) },
    own     => sub { load(Ticket => $root, $_[0]->Id)->SetOwner(one_of(@agents)->Id, 'Force') },
    stall   => sub { $_[0]->SetStatus('stalled') if $_[0]->Status ne 'stalled' },
    open    => sub { $_[0]->SetStatus('open') if $_[0]->Status ne 'open' },
    reject  => sub { $_[0]->SetStatus('rejected') if $_[0]->Status ne 'rejected' },
    delete  => sub { $gone{ $_[1] } = 1; $_[0]->SetStatus('deleted') },
    resolve => sub {
        my ($ticket, $n, $who) = @_;
        if (rand() < 0.6) { $ticket->Correspond(MIMEObj => text('done')); $ticket = load(Ticket => $who, $id{$n}) }
        $ticket->SetStatus('resolved') if $ticket->Status ne 'resolved';
    },
    priority => sub {
        my ($ticket) = @_;
        my $priority = one_of(0, 50, 100);
        return if $ticket->Priority == $priority;
        $ticket->SetPriority($priority);
        my $level = level($ticket->QueueObj->Name, $priority);
        $ticket->SetSLA($level) if $level ne $ticket->SLA;
    },
    queue => sub {
        my ($ticket, $n, $who) = @_;
        my $queue = one_of(@queues);
        return if $ticket->QueueObj->Name eq $queue;
        $ticket->SetQueue($queue);
        $ticket = load(Ticket => $who, $id{$n});        # its queue has other rights and hours now
        my $level = level($queue, $ticket->Priority);
        $ticket->SetSLA($level) if $level ne $ticket->SLA;
    },
    merge => sub {
        my ($ticket, $n) = @_;
        my @others = grep { $_ != $n && !$gone{$_} } sort { $a <=> $b } keys %id;
        return unless @others;
        my ($ok) = load(Ticket => $root, $ticket->Id)->MergeInto($id{ $others[-1 - int rand(@others < 10 ? @others : 10)] });
        $gone{$n} = 1 if $ok;
    },
);
for (@play) {
    my ($at, $n, $what, @given) = @$_;
    set_fixed_time($at);
    if ($what eq 'create') {
        my ($queue, $priority) = @given;
        my $who = $requestor{$n} = rand() < 0.03 ? one_of(@agents) : one_of(@customers);
        my ($new, undef, $error) = RT::Ticket->new($who)->Create(
            Queue => $queue, Subject => "Story $n", Requestor => $who->EmailAddress, Priority => $priority, SLA => level($queue, $priority),
            MIMEObj => text('it does not work'), $n % 10 == 7 ? (Cc => $observer->EmailAddress) : (),
            $n % 3 ? () : ('CustomField-' . $product->Id => $n % 2 ? 'Router' : 'Switch'),
        );
        die "ticket $n: $error\n" unless $new;
        $id{$n} = $new;
        next;
    }
    next if $gone{$n};
    my $who = $what eq 'ask' ? $requestor{$n} : $what eq 'observe' ? $observer : one_of(@agents);
    $do{$what}->(load(Ticket => $who, $id{$n}), $n, $who);
}
# One agent leaves: what was written before stays the word of an agent.
set_fixed_time($end);
load(User => $root, $agents[-1]->Id)->SetPrivileged(0);
printf "%d tickets, %d events\n", scalar keys %id, scalar @play;
