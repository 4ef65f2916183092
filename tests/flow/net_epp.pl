#!/usr/bin/perl
# The life of a domain in the words of Debian's libnet-epp-perl, an EPP client by others: net_epp.py starts it.
#
#   net_epp.pl PORT CA-FILE OURS-CERT OURS-KEY OURS-PASSWORD RIVAL-CERT RIVAL-KEY RIVAL-PASSWORD
#
# Two registrars, every command of RFC 5730 to 5733 that the client knows. Each step prints "ok NAME" or "FAIL NAME: WHY";
# the steps of later days are asked for by "advance TIME" on a line of their own, answered with a line on standard input.
use strict;
use warnings;
use Net::EPP::Simple;
use Net::EPP::Frame;
use Net::EPP::ResponseCodes;

$| = 1;
my ($port, $ca, @party) = @ARGV;
die "usage: see the head of this file\n" if @party != 6;

# The client writes <add/> and <rem/> with nothing in them, which the schemas of RFC 5731 to 5733 do not allow.
package Client {
    our @ISA = ('Net::EPP::Simple');

    sub request {
        my ($self, $frame) = @_;
        if (UNIVERSAL::isa($frame, 'XML::LibXML::Document')) {
            $_->unbindNode for grep { $_->nodeName =~ /:(add|rem)$/ && !$_->hasChildNodes } $frame->findnodes('//*');
        }
        return $self->SUPER::request($frame);
    }
}

sub session {
    my ($id, $cert, $key, $password) = @_;
    return Client->new(
        host => 'localhost', port => $port, timeout => 20, user => $id, pass => $password, cert => $cert, key => $key,
        passphrase => '', verify => 1, ca_file => $ca, load_config => 0, reconnect => 0);
}

my $bad = 0;

# Passes when the value is true; what the registry said stands in the message.
sub step {
    my ($name, $good) = @_;
    if ($good) {
        print "ok $name\n";
        return $good;
    }
    my $why = join(' ', map { defined $_ && $_ ne '' ? $_ : '-' } $Net::EPP::Simple::Code, $Net::EPP::Simple::Message,
        $Net::EPP::Simple::Error);
    $why =~ s/\s+/ /g;
    print "FAIL $name: $why\n";
    $bad++;
    return undef;
}

sub refused {
    my ($name, $code, $result) = @_;
    step($name, !$result && ($Net::EPP::Simple::Code // 0) == $code);
}

sub advance {
    print "advance $_[0]\n";
    <STDIN>;
}

# A frame that Net::EPP::Simple has no word for, as a document.
sub raw {
    my ($epp, $inner) = @_;
    my $doc = XML::LibXML->load_xml(string => '<?xml version="1.0" encoding="UTF-8"?>'
            . '<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command>' . $inner . '</command></epp>');
    my $answer = $epp->request($doc) or return 0;
    $Net::EPP::Simple::Message = $answer->toString;
    return $Net::EPP::Simple::Code = $epp->_get_response_code($answer);
}

my $ours = session('fourways', @party[0 .. 2]) or die "no session: $Net::EPP::Simple::Error\n";
my $rival = session('rival', @party[3 .. 5]) or die "no session: $Net::EPP::Simple::Error\n";
step('login of both', $ours->{authenticated} && $rival->{authenticated});
step('hello', $ours->ping);

sub contact {
    my ($id) = @_;
    return {id => $id, voice => '+49.301234567', fax => '+49.301234568', email => "$id\@example.com",
        authInfo => 'contact-Auth1', postalInfo => {
            int => {name => 'Ada Example', org => 'Example Works', addr => {street => ['1 Road', 'Back yard'],
                city => 'Town', sp => 'BE', pc => '12345', cc => 'DE'}},
            loc => {name => "\x{141}ukasz Example", org => '', addr => {street => ["Ulica \x{141}\x{f3}dzka 1"], city => "\x{141}\x{f3}d\x{17a}",
                sp => '', pc => '90-001', cc => 'PL'}}}};
}

step('check of a contact', $ours->check_contact('ada-1'));
step('create of a contact', $ours->create_contact(contact('ada-1')));
step('create of another', $ours->create_contact(contact('bob-1')));
step('it is taken now', defined $ours->check_contact('ada-1') && !$ours->check_contact('ada-1'));
my $info = $ours->contact_info('ada-1');
step('info of a contact', $info && $info->{email} eq 'ada-1@example.com'
        && $info->{postalInfo}->{int}->{addr}->{city} eq 'Town' && $info->{postalInfo}->{loc}->{name} eq "\x{141}ukasz Example");
step('update of a contact', $ours->update_contact({id => 'ada-1', chg => {voice => '+49.30999',
    postalInfo => {int => {name => 'Ada New', org => 'New Works', addr => {street => ['2 Road'], city => 'City', sp => 'BE',
        pc => '12346', cc => 'DE'}}}}}));
$info = $ours->contact_info('ada-1');
step('the update shows', $info && $info->{postalInfo}->{int}->{name} eq 'Ada New' && $info->{voice} eq '+49.30999');

step('check of a domain', $ours->check_domain('perl.test'));
step('create of a host', $ours->create_host({name => 'ns1.elsewhere.net', addrs => []}));
step('create of a domain', $ours->create_domain({name => 'perl.test', period => 2, registrant => 'ada-1',
    contacts => {admin => 'ada-1', tech => 'bob-1'}, ns => ['ns1.elsewhere.net'], authInfo => 'domain-Auth1'}));
step('it is taken now', defined $ours->check_domain('perl.test') && !$ours->check_domain('perl.test'));
refused('a second create', 2302, $rival->create_domain({name => 'perl.test', period => 1, registrant => 'ada-1',
    contacts => {}, authInfo => 'domain-Auth1'}));
step('create of a host below it', $ours->create_host({name => 'ns1.perl.test', addrs => [
    {ip => '192.0.2.1', version => 'v4'}, {ip => '2001:db8::1', version => 'v6'}]}));
$info = $ours->host_info('ns1.perl.test');
step('info of a host', $info && scalar @{$info->{addrs}} == 2);
step('update of a host', $ours->update_host({name => 'ns1.perl.test', add => {addrs => [{ip => '192.0.2.2', version => 'v4'}]},
    rem => {addrs => [{ip => '192.0.2.1', version => 'v4'}]}}));
step('update of a domain', $ours->update_domain({name => 'perl.test', add => {ns => ['ns1.perl.test'],
    status => ['clientDeleteProhibited']}, rem => {ns => ['ns1.elsewhere.net']}, chg => {authInfo => 'domain-Auth2'}}));
$info = $ours->domain_info('perl.test');
step('info of a domain', $info && $info->{ns}->[0] eq 'ns1.perl.test' && $info->{registrant} eq 'ada-1'
        && $info->{authInfo} eq 'domain-Auth2' && grep { $_ eq 'clientDeleteProhibited' } @{$info->{status}});
my ($day) = $info->{exDate} =~ /^(\d{4}-\d\d-\d\d)/;
step('renew', $ours->renew_domain({name => 'perl.test', cur_exp_date => $day, period => 1}));
refused('a renew with yesterday\'s date', 2004, $ours->renew_domain({name => 'perl.test', cur_exp_date => $day, period => 1}));
refused('a delete that a status prohibits', 2304, $ours->delete_domain('perl.test'));

refused('a transfer with the wrong authInfo', 2202, $rival->domain_transfer_request('perl.test', 'domain-Auth1', 1));
my $trn = $rival->domain_transfer_request('perl.test', 'domain-Auth2', 1);
step('transfer request', $trn && $trn->{trStatus} eq 'pending');
step('transfer query', ($ours->domain_transfer_query('perl.test', '') || {})->{reID} eq 'rival');
step('transfer reject', $ours->domain_transfer_reject('perl.test'));
step('another request', $rival->domain_transfer_request('perl.test', 'domain-Auth2', 1));
step('its cancel', $rival->domain_transfer_cancel('perl.test'));
step('a third', $rival->domain_transfer_request('perl.test', 'domain-Auth2', 1));
step('transfer approve', $ours->domain_transfer_approve('perl.test'));
$info = $rival->domain_info('perl.test', 'domain-Auth2');
step('the sponsor is another', $info && $info->{clID} eq 'rival');

# Every message is read and acknowledged until the queue is empty.
sub drain {
    my ($epp) = @_;
    my $n = 0;
    while (raw($epp, '<poll op="req"/>') == 1301) {
        my ($id) = $Net::EPP::Simple::Message =~ /<msgQ[^>]* id="([^"]+)"/;
        return -1 if !defined $id || raw($epp, "<poll op=\"ack\" msgID=\"$id\"/>") != 1000;
        $n++;
    }
    return $Net::EPP::Simple::Code == 1300 ? $n : -1;
}
step('poll of the losing registrar, three requests and three outcomes', drain($ours) == 6);
step('poll of the gaining one, three outcomes', drain($rival) == 3);

step('contact transfer request', $rival->contact_transfer_request('bob-1', 'contact-Auth1'));
step('contact transfer approve', $ours->contact_transfer_approve('bob-1'));

step('the rival takes the status off', $rival->update_domain({name => 'perl.test', rem => {status => ['clientDeleteProhibited'],
    ns => ['ns1.perl.test']}}));
step('delete of a host', $rival->delete_host('ns1.perl.test'));
advance('10d');
step('delete of a domain', $rival->delete_domain('perl.test') && $Net::EPP::Simple::Code == 1001);
$info = $rival->domain_info('perl.test');
step('it is pendingDelete', $info && grep { $_ eq 'pendingDelete' } @{$info->{status}});

sub restore {
    my ($op) = @_;
    return raw($rival, '<update><domain:update xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>perl.test'
            . '</domain:name><domain:chg/></domain:update></update><extension><rgp:update'
            . " xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\"><rgp:restore $op</rgp:update></extension>"
            . '<clTRID>perl-restore</clTRID>');
}
step('restore request', restore('op="request"/>') == 1000);
step('restore report', restore('op="report"><rgp:report><rgp:preData>as before</rgp:preData><rgp:postData>as now</rgp:postData>'
        . '<rgp:delTime>2026-01-01T00:00:00Z</rgp:delTime><rgp:resTime>2026-01-02T00:00:00Z</rgp:resTime>'
        . '<rgp:resReason>by mistake</rgp:resReason><rgp:statement>one</rgp:statement><rgp:statement>two</rgp:statement>'
        . '</rgp:report></rgp:restore>') == 1000);
$info = $rival->domain_info('perl.test');
step('it stands again', $info && !grep { $_ eq 'pendingDelete' } @{$info->{status}});
step('delete again', $rival->delete_domain('perl.test'));
advance('36d');
step('purged and free', $rival->check_domain('perl.test'));
step('contacts can go', $ours->delete_contact('ada-1') && $rival->delete_contact('bob-1'));
step('logout', $ours->logout && $rival->logout);
exit($bad ? 1 : 0);
