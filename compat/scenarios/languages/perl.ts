/**
 * Perl's RPC::XML over inet.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';
import { observeClient } from './bed.ts';

export const languagesPerl: Scenario = {
  name: 'languages-perl',
  title: "Perl's RPC::XML over inet, with a password and without",
  differences: ['own-methods'],
  needs: ['perl:RPC::XML::Client'],
  run: (side) =>
    observeClient(
      side,
      (target, calls) => side.command('perl', ['-e', CLIENT, JSON.stringify(target), calls]),
      false,
    ),
};

/** Prints the outcome of each call: a result, a fault, or the client's own error. */
const CLIENT = `
use strict; use warnings; use JSON::PP; use RPC::XML; use RPC::XML::Client;
$RPC::XML::ENCODING = 'utf-8';
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my ($target, $calls) = map { $json->decode($_) } @ARGV;
my $place = "$target->{host}:$target->{port}";
my $client = RPC::XML::Client->new("http://$place/RPC2");
$client->credentials('default', $target->{username}, $target->{password}) if $target->{username} ne '';
sub typed {
    my ($value) = @_;
    return RPC::XML::boolean->new($value ? 1 : 0) if JSON::PP::is_bool($value);
    return [map { typed($_) } @$value] if ref $value eq 'ARRAY';
    return {map { $_ => typed($value->{$_}) } keys %$value} if ref $value eq 'HASH';
    return $value;
}
# The numbers and booleans of the answer as such: Perl itself would print them as text.
sub plain {
    my ($value) = @_;
    return [map { plain($_) } @$value] if $value->type eq 'array';
    return {map { $_ => plain($value->{$_}) } keys %$value} if $value->type eq 'struct';
    return $value->value ? JSON::PP::true : JSON::PP::false if $value->type eq 'boolean';
    return $value->type =~ /^(int|i4|i8|double)$/ ? 0 + $value->value : $value->value;
}
my @answers = map {
    my ($method, @params) = @$_;
    my $answer = $client->send_request($method, map { typed($_) } @params);
    !ref $answer ? {error => $answer}
    : $answer->is_fault ? {fault => 0 + $answer->code, text => $answer->string}
    : {result => plain($answer)};
} @$calls;
print $json->encode(\\@answers);
`;
