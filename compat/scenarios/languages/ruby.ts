/**
 * Ruby's xmlrpc over inet and unix.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';
import { observeClient } from './bed.ts';

export const languagesRuby: Scenario = {
  name: 'languages-ruby',
  title: "Ruby's xmlrpc over inet and unix, with a password and without",
  differences: ['own-methods'],
  needs: ['command:ruby', 'ruby:xmlrpc/client'],
  run: (side) =>
    observeClient(
      side,
      (target, calls) => side.command('ruby', ['-e', CLIENT, JSON.stringify(target), calls]),
      true,
    ),
};

/** Prints the outcome of each call: a result, a fault, or the class of the client's own error. */
const CLIENT = `
require 'json'
require 'socket'
require 'xmlrpc/client'

target, calls = ARGV.map { |text| JSON.parse(text) }

class UnixClient < XMLRPC::Client
  def initialize(path)
    super('localhost', '/RPC2')
    @http.define_singleton_method(:connect) { @socket = Net::BufferedIO.new(UNIXSocket.new(path)) }
  end
end

credentials = target['username'].empty? ? [nil, nil] : target.values_at('username', 'password')
client =
  if target['socket'].empty?
    XMLRPC::Client.new(target['host'], '/RPC2', target['port'], nil, nil, *credentials)
  else
    UnixClient.new(target['socket'])
  end

answers = calls.map do |call|
  begin
    { result: client.call(*call) }
  rescue XMLRPC::FaultException => fault
    { fault: fault.faultCode, text: fault.faultString }
  rescue StandardError => error
    { error: error.class.name, text: error.message }
  end
end
print JSON.generate(answers)
`;
