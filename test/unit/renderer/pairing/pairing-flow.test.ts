import { describe, expect, test } from 'vitest';
import { isStart, PairingFlow } from '#renderer/features/pairing/pairing-flow.ts';
import { ClawReachError } from '#shared/errors.ts';
import { settle } from '#test/support/fake-clock.ts';
import { FakePairingApi } from './fake-pairing-api.ts';

const PEER = { peerId: 'P', name: 'office', rights: { terminal: { decision: 'ask', expiresAt: null } } };
/** Machine found in the network. */
const OFFICE = { address: '192.168.1.20:7473', host: '192.168.1.20', name: 'office', inviting: false };
const RESULT = { peer: PEER, words: ['one', 'two', 'three', 'four'] };

function invitation(pairing: number) {
  return { pairing, code: 'ABCD-1234', link: null, pin: null, expiresAt: 1, relay: null, addresses: [] };
}

function setUp() {
  const api = new FakePairingApi();
  for (const call of ['pairing.cancel', 'peers.forget', 'relay.ready'] as const) api.answer(call, {});
  api.answer('pairing.confirm', PEER);
  const told: unknown[] = [];
  return { api, told, flow: new PairingFlow(api, (peer) => told.push(peer)) };
}

async function joined(typed = 'ABCD-1234') {
  const { api, told, flow } = setUp();
  api.answer('pairing.join', RESULT);
  flow.enter(typed);
  flow.join();
  await settle();
  return { api, told, flow };
}

describe('who invites', () => {
  test('sees a code, then who comes, then the words', async () => {
    const { api, flow } = setUp();
    flow.invite(true);
    expect(flow.state.shown).toEqual({ at: 'preparing', form: 'code' });
    await settle();
    api.next('pairing.invite').resolve(invitation(7));
    await settle();
    expect(flow.state).toMatchObject({
      step: { at: 'choose' },
      shown: { at: 'waiting', form: 'code', invitation: { pairing: 7 } },
    });
    expect(flow.isDelicate).toBe(false);
    const result = api.next('pairing.result');
    result.progress('joined');
    expect(flow.state.step).toEqual({ at: 'invited', form: 'code', progress: 'joined' });
    expect(flow.isDelicate).toBe(true);
    result.resolve(RESULT);
    await settle();
    expect(flow.state.step).toMatchObject({ at: 'words', result: RESULT });
    expect(api.inputsOf('pairing.cancel')).toEqual([]);
  });

  describe('with a code and a link open at once', () => {
    async function bothOpen() {
      const { api, flow } = setUp();
      flow.invite(true);
      await settle();
      api.next('pairing.invite').resolve(invitation(7));
      await settle();
      flow.invite(true, 'link');
      await settle();
      const link = { ...invitation(8), code: null, link: 'clawreach://pair' };
      api.next('pairing.invite').resolve(link);
      await settle();
      return { api, flow, byCode: api.next('pairing.result'), byLink: api.next('pairing.result') };
    }

    test('sees the link, is told that the code stays valid, and finds the same code again', async () => {
      const { api, flow } = await bothOpen();
      expect(api.inputsOf('pairing.cancel')).toEqual([]);
      expect(flow.state).toMatchObject({
        shown: { form: 'link', invitation: { pairing: 8 } },
        besides: { form: 'code', invitation: { pairing: 7, code: 'ABCD-1234' } },
      });
      flow.invite(true);
      expect(flow.state).toMatchObject({
        shown: { form: 'code', invitation: { pairing: 7 } },
        besides: { form: 'link' },
      });
      expect(api.inputsOf('pairing.invite')).toEqual([{ allow: [] }, { allow: [], link: true }]);
    });

    test('has both taken back when the dialog closes', async () => {
      const { api, flow } = await bothOpen();
      flow.close();
      await settle();
      expect(api.inputsOf('pairing.cancel')).toEqual([{ pairing: 7 }, { pairing: 8 }]);
      expect(flow.state).toMatchObject({ shown: undefined, besides: undefined });
    });

    test('has the other taken back once a machine has paired by the one that is out of sight', async () => {
      const { api, flow, byCode } = await bothOpen();
      byCode.progress('joined');
      expect(flow.state.step).toEqual({ at: 'invited', form: 'code', progress: 'joined' });
      byCode.resolve(RESULT);
      await settle();
      expect(flow.state).toMatchObject({ step: { at: 'words' }, shown: undefined, besides: undefined });
      expect(api.inputsOf('pairing.cancel')).toEqual([{ pairing: 8 }]);
    });

    test('sees a wrong code although the link was in sight, and the link stays', async () => {
      const { api, flow, byCode } = await bothOpen();
      byCode.progress('joined');
      byCode.reject(new ClawReachError('pairing.wrong-code', 'wrong'));
      await settle();
      expect(flow.state).toMatchObject({
        step: { at: 'choose' },
        shown: { at: 'failed', form: 'code', error: { code: 'pairing.wrong-code' } },
        besides: { form: 'link', invitation: { pairing: 8 } },
      });
      flow.invite(true, 'link');
      expect(flow.state.shown).toMatchObject({ at: 'waiting', invitation: { pairing: 8 } });
      expect(api.inputsOf('pairing.invite')).toHaveLength(2);
    });

    test('keeps the link in sight when the code expires', async () => {
      const { flow, byCode } = await bothOpen();
      byCode.reject(new ClawReachError('pairing.expired', 'too late'));
      await settle();
      expect(flow.state).toMatchObject({ shown: { at: 'waiting', form: 'link' }, besides: undefined });
    });
  });

  test('keeps the code beside a link at a relay', async () => {
    const { api, flow } = setUp();
    const relay = 'wss://relay.example:7474';
    flow.invite(true);
    await settle();
    api.next('pairing.invite').resolve({ ...invitation(7), relay });
    await settle();
    flow.invite(true, 'link');
    await settle();
    api.next('pairing.invite').resolve({ ...invitation(8), relay, code: null, link: 'clawreach://pair' });
    await settle();
    expect(flow.state).toMatchObject({
      shown: { form: 'link' },
      besides: { form: 'code', invitation: { pairing: 7 } },
    });
    expect(api.inputsOf('pairing.cancel')).toEqual([]);
  });

  test('has the code taken back before a link is made at a relay that holds one at a time', async () => {
    const { api, flow } = setUp();
    flow.invite(true);
    await settle();
    api.next('pairing.invite').resolve({ ...invitation(7), relay: 'wss://relay.example:7474', alone: true });
    await settle();
    flow.invite(true, 'link');
    await settle();
    expect(flow.state).toMatchObject({ shown: { at: 'preparing', form: 'link' }, besides: undefined });
    const calls = api.calls.map(({ method }) => method);
    expect(calls.slice(-3)).toEqual(['pairing.cancel', 'relay.ready', 'pairing.invite']);
  });

  test('keeps the code while choosing a machine, entering an address or setting up a relay', async () => {
    const { api, flow } = setUp();
    flow.invite(true);
    await settle();
    api.next('pairing.invite').resolve(invitation(7));
    await settle();
    flow.choose(OFFICE);
    flow.back();
    flow.typeAddress('nas.local');
    flow.askForRelay('add');
    flow.back();
    await settle();
    expect(api.inputsOf('pairing.cancel')).toEqual([]);
    expect(flow.state.shown).toMatchObject({ at: 'waiting', invitation: { pairing: 7 } });
    flow.askForRelay('add');
    flow.relayIsReady();
    await settle();
    expect(flow.state.shown).toEqual({ at: 'over', form: 'code', why: 'relay' });
    expect(api.inputsOf('pairing.cancel')).toEqual([{ pairing: 7 }]);
  });

  test('leaves no invitation behind that was still being made when the dialog was closed', async () => {
    const { api, flow } = setUp();
    flow.invite(true);
    await settle();
    flow.close();
    api.next('pairing.invite').resolve(invitation(8));
    await settle();
    expect(api.inputsOf('pairing.cancel')).toEqual([{ pairing: 8 }]);
    expect(flow.state.step).toEqual({ at: 'choose' });
  });

  test('takes the invitation back when the dialog is closed', async () => {
    const { api, flow } = setUp();
    flow.invite(true);
    await settle();
    api.next('pairing.invite').resolve(invitation(9));
    await settle();
    flow.close();
    await settle();
    expect(api.inputsOf('pairing.cancel')).toEqual([{ pairing: 9 }]);
  });

  test('types the code of another machine while showing one: the own code is withdrawn first', async () => {
    const { api, flow } = setUp();
    flow.invite(true);
    await settle();
    api.next('pairing.invite').resolve(invitation(9));
    await settle();
    flow.type('ABCD-1234');
    flow.join();
    await settle();
    expect(api.calls.slice(-2).map(({ method }) => method)).toEqual(['pairing.cancel', 'pairing.join']);
    expect(flow.state.shown).toEqual({ at: 'over', form: 'code', why: 'joined' });
  });

  test('learns of an expired code, unless another device has joined', async () => {
    const { api, flow } = setUp();
    flow.invite(true);
    await settle();
    api.next('pairing.invite').resolve(invitation(7));
    await settle();
    const result = api.next('pairing.result');
    result.progress('joined');
    flow.expire();
    expect(flow.state.step.at).toBe('invited');
    result.reject(new ClawReachError('pairing.expired', 'too late'));
    await settle();
    const over = { step: { at: 'choose' }, shown: { at: 'over', form: 'code', why: 'time' } };
    expect(flow.state).toMatchObject(over);
    flow.invite(true);
    await settle();
    api.next('pairing.invite').resolve(invitation(8));
    await settle();
    flow.expire();
    await settle();
    expect(flow.state).toMatchObject(over);
    expect(api.inputsOf('pairing.cancel')).toContainEqual({ pairing: 8 });
  });

  test('gets a code for this network without waiting for a relay where there is none', async () => {
    const { api, flow } = setUp();
    flow.invite(false);
    await settle();
    expect(api.inputsOf('relay.ready')).toEqual([]);
    expect(api.inputsOf('pairing.invite')).toHaveLength(1);
  });

  test('goes on by itself after setting up a relay', async () => {
    const { api, flow } = setUp();
    flow.askForRelay('invite');
    expect(api.calls).toEqual([]);
    flow.relayIsReady();
    await settle();
    expect(api.inputsOf('pairing.invite')).toHaveLength(1);
  });

  test('sees why the relay is not ready instead of a code', async () => {
    const { api, flow } = setUp();
    api.refuse('relay.ready', 'relay.untrusted');
    api.refuse('pairing.invite', 'relay.not-connected');
    flow.invite(true);
    await settle();
    expect(flow.state.shown).toMatchObject({ at: 'failed', form: 'code', error: { code: 'relay.untrusted' } });
  });

  test('gets a code for this network while the relay is away', async () => {
    const { api, flow } = setUp();
    const away = { url: 'wss://relay.example:7474', returns: true };
    api.refuse('relay.ready', 'relay.timeout');
    flow.invite(true);
    await settle();
    api.next('pairing.invite').resolve({
      pairing: 8,
      code: 'ABCD-1234',
      link: null,
      pin: null,
      expiresAt: 1,
      relay: null,
      addresses: [],
      away,
    });
    await settle();
    expect(flow.state.shown).toMatchObject({ at: 'waiting', invitation: { away } });
  });
});

describe('who joins', () => {
  test('may name the other machine, for codes only', async () => {
    const { api, flow } = setUp();
    flow.typeAddress('');
    flow.type('ABCD-1234');
    flow.join();
    flow.typeAddress(' nas.local ');
    flow.join();
    await settle();
    const code = { codeOrLink: 'ABCD-1234', allow: [] };
    expect(api.inputsOf('pairing.join')).toEqual([code, { ...code, at: 'nas.local' }]);
    flow.close();
    expect(flow.state.at).toBeUndefined();
  });

  test('sends the code in its exact form', async () => {
    const { api, flow } = await joined('abcd l234');
    expect(api.inputsOf('pairing.join')).toEqual([{ codeOrLink: 'ABCD-1234', allow: [] }]);
    expect(flow.state).toMatchObject({ step: { at: 'words' }, typed: '' });
  });

  test('is asked nothing of the agent for half a code', () => {
    const { api, flow } = setUp();
    flow.enter('ABC');
    flow.join();
    expect(flow.state.step).toMatchObject({ at: 'enter', error: { code: 'pairing.code-format' } });
    flow.type('ABCD');
    expect(flow.state.step).toEqual({ at: 'enter', error: undefined });
    expect(api.calls).toEqual([]);
  });

  test('goes on with what was typed once a relay is set up', async () => {
    const { api, flow } = setUp();
    flow.enter('ABCD-1234');
    flow.askForRelay('join');
    expect(flow.state.step).toMatchObject({ at: 'relay', purpose: 'join' });
    expect(api.calls).toEqual([]);
    api.answer('pairing.join', RESULT);
    flow.relayIsReady();
    await settle();
    expect(api.inputsOf('pairing.join')).toEqual([{ codeOrLink: 'ABCD-1234', allow: [] }]);
    expect(flow.state.step.at).toBe('words');
  });

  test('goes back from the relay to what was typed', () => {
    const { api, flow } = setUp();
    flow.enter('ABCD-1234');
    flow.askForRelay('join');
    flow.enter();
    expect(flow.state).toMatchObject({ typed: 'ABCD-1234', step: { at: 'enter', error: undefined } });
    expect(api.calls).toEqual([]);
  });

  test.each([
    ['pairing.wrong-code', 'ABCD-1234'],
    ['pairing.expired', ''],
    ['relay.nameplate', 'ABCD-1234'],
  ])('after %s finds %j in the field', async (code, typed) => {
    const { api, flow } = setUp();
    api.refuse('pairing.join', code);
    flow.enter('ABCD-1234');
    flow.join();
    await settle();
    expect(flow.state).toMatchObject({ typed, step: { at: 'enter', error: { code } } });
  });

  test.each(['pairing.wrong-code', 'pairing.not-found'])(
    'after %s a machine that is chosen then isn’t asked for the same code',
    async (code) => {
      const { api, flow } = setUp();
      api.refuse('pairing.join', code);
      flow.enter('ABCD-1234');
      flow.join();
      await settle();
      flow.back();
      flow.choose({ ...OFFICE, inviting: true });
      expect(flow.state).toMatchObject({ typed: '', step: { at: 'enter', error: undefined } });
      // What nobody has refused stays.
      flow.type('WXYZ-1234');
      flow.choose({ ...OFFICE, inviting: true });
      expect(flow.state.typed).toBe('WXYZ-1234');
    },
  );

  test('after a wrong code knows that the machine shows it no more', async () => {
    const { api, flow } = setUp();
    api.refuse('pairing.join', 'pairing.wrong-code');
    flow.choose({ ...OFFICE, inviting: true });
    flow.type('ABCD-1234');
    flow.join();
    await settle();
    expect(flow.state.chosen).toEqual({ ...OFFICE, inviting: false });
    // Its announcement still names the code that was tried.
    flow.updateChosen({ ...OFFICE, inviting: true });
    expect(flow.state.chosen?.inviting).toBe(false);
    flow.updateChosen({ ...OFFICE, inviting: false });
    flow.updateChosen({ ...OFFICE, inviting: true });
    expect(flow.state.chosen?.inviting).toBe(true);
  });

  test.each([
    [
      { words: RESULT.words, compared: true, pending: {} },
      { at: 'done', words: RESULT.words },
    ],
    [{ words: RESULT.words, compared: false, pending: {} }, { at: 'words' }],
    [undefined, { at: 'words' }],
  ])('a machine with the pairing %j comes to the step %j', async (pairing, shown) => {
    const { api, flow } = setUp();
    api.answer('pairing.join', { ...RESULT, peer: { ...PEER, pairing } });
    flow.enter('ABCD-1234');
    flow.join();
    await settle();
    expect(flow.state.step).toMatchObject(shown);
    expect(api.inputsOf('pairing.confirm')).toEqual([]);
  });

  test('hears nothing more of a pairing that was left', async () => {
    const { api, flow } = setUp();
    flow.enter('ABCD-1234');
    flow.join();
    const join = api.next('pairing.join');
    flow.back();
    join.progress('joined');
    join.resolve(RESULT);
    await settle();
    expect(flow.state.step).toEqual({ at: 'choose' });
  });
});

describe('the four words', () => {
  test('are confirmed at the agent, for which what was given there is pending until then', async () => {
    const { api, told, flow } = await joined();
    expect(api.inputsOf('pairing.confirm')).toEqual([]);
    expect(told).toEqual([]);
    await flow.confirm();
    expect(api.inputsOf('pairing.confirm')).toEqual([{ peer: 'P', words: RESULT.words }]);
    // Before the event about it: else a terminal that is opened at once asks for the words again.
    expect(told).toEqual([PEER]);
  });

  test('can be confirmed again when that failed, and give nothing before [S-PAIR-8]', async () => {
    const { api, flow } = await joined();
    api.refuse('pairing.confirm', 'control.lost');
    await flow.confirm();
    expect(flow.state.step).toMatchObject({ at: 'words', busy: undefined, error: { code: 'control.lost' } });
    expect(api.inputsOf('rights.set')).toEqual([]);
  });

  test('give no permission, also when they match: the person does that afterwards', async () => {
    const { api, flow } = await joined();
    await flow.confirm();
    expect(api.inputsOf('rights.set')).toEqual([]);
    expect(flow.state.step).toEqual({ at: 'done', peer: PEER });
  });

  test('that differ have the peer forgotten at once', async () => {
    const { api, flow } = await joined();
    await flow.reject();
    expect(api.inputsOf('peers.forget')).toEqual([{ peer: 'P', because: 'words' }]);
    expect(api.inputsOf('rights.set')).toEqual([]);
    expect(flow.state.step).toEqual({ at: 'forgotten', name: 'office', by: 'here' });
  });

  test('that the other side found to differ end the pairing here, while it is asked or answered [S-PAIR-22]', async () => {
    const there = { at: 'forgotten', name: 'office', by: 'there' };
    const removed = { forgottenAt: 1, pairing: { words: RESULT.words, compared: false, pending: {} } };
    const { api, flow } = await joined();
    api.refuse('pairing.confirm', 'peer.forgot');
    await flow.confirm();
    expect(flow.state.step).toEqual(there);
    const other = await joined();
    other.flow.followPeer(removed);
    expect(other.flow.state.step).toEqual(there);
    // Nothing is compared any more.
    other.flow.followPeer(removed);
    await other.flow.confirm();
    expect(other.flow.state.step).toEqual(there);
    // It may say that it is for the words.
    const third = await joined();
    third.flow.followPeer({ ...removed, forgottenBecause: 'words' });
    expect(third.flow.state.step).toEqual({ ...there, because: 'words' });
    const fourth = await joined();
    fourth.api.refuse('pairing.confirm', 'peer.forgot', { because: 'words' });
    await fourth.flow.confirm();
    expect(fourth.flow.state.step).toEqual({ ...there, because: 'words' });
  });

  test('of a machine that is paired again are compared: its earlier removal of this one says nothing about them', async () => {
    const { flow } = await joined();
    // The window still has the record from before the pairing.
    const earlier = { words: ['five', 'six', 'seven', 'eight'], compared: true, pending: {} };
    flow.followPeer({ forgottenAt: 1, pairing: earlier });
    flow.followPeer({ forgottenAt: 1 });
    flow.followPeer({ pairing: { ...earlier, words: RESULT.words } });
    flow.followPeer(undefined);
    expect(flow.state.step).toMatchObject({ at: 'words', result: RESULT });
  });

  test('that differ can be reported again after forgetting failed', async () => {
    const { api, flow } = await joined();
    api.refuse('peers.forget', 'control.lost');
    await flow.reject();
    expect(flow.state.step).toMatchObject({ at: 'words', busy: undefined, error: { code: 'control.lost' } });
    api.answer('peers.forget', {});
    await flow.reject();
    expect(flow.state.step.at).toBe('forgotten');
  });

  test('are not swept away by a link that is opened meanwhile', async () => {
    const { flow } = await joined();
    flow.open('join', 'WXYZ-9876', true);
    expect(flow.state.step.at).toBe('words');
  });
});

test('a link from outside fills the field and does nothing else', () => {
  const { api, flow } = setUp();
  flow.open('join', 'abcd1234', true);
  expect(flow.state).toMatchObject({ typed: 'ABCD-1234', step: { at: 'enter', error: undefined } });
  expect(api.calls).toEqual([]);
});

test('a machine chosen from the network is contacted at its address, and a link from outside is of another', async () => {
  const { api, flow } = setUp();
  flow.choose(OFFICE);
  expect(flow.state).toMatchObject({ step: { at: 'enter' }, chosen: { name: 'office' } });
  flow.type('ABCD-1234');
  flow.join();
  await settle();
  const code = { codeOrLink: 'ABCD-1234', allow: [] };
  expect(api.inputsOf('pairing.join')).toEqual([{ ...code, at: OFFICE.address }]);
  flow.open('join', null, false, OFFICE);
  flow.updateChosen({ ...OFFICE, address: '192.168.1.21:7473', name: 'another' });
  expect(flow.state.chosen).toEqual(OFFICE);
  flow.back();
  expect(flow.state).toMatchObject({ step: { at: 'choose' }, chosen: undefined });
  flow.open('join', 'ABCD-1234', false);
  expect(flow.state.chosen).toBeUndefined();
  flow.join();
  await settle();
  expect(api.inputsOf('pairing.join')).toEqual([{ ...code, at: OFFICE.address }, code]);
});

test('a relay can be added for later, and nothing goes on by itself', async () => {
  const { api, flow } = setUp();
  flow.askForRelay('add');
  expect(isStart(flow.state.step)).toBe(false);
  flow.relayIsReady();
  await settle();
  expect(flow.state.step).toEqual({ at: 'choose' });
  expect(api.calls).toEqual([]);
});

test('a pairing is at its start until another machine takes part', async () => {
  const { api, flow } = setUp();
  expect(isStart(flow.state.step)).toBe(true);
  flow.invite(true);
  await settle();
  api.next('pairing.invite').resolve(invitation(7));
  await settle();
  expect(isStart(flow.state.step)).toBe(true);
  api.next('pairing.result').progress('joined');
  expect(isStart(flow.state.step)).toBe(false);
});

test('a peer gets another name, and only when it is another one', async () => {
  const { api, flow } = await joined();
  await flow.confirm();
  api.answer('peers.rename', { ...PEER, name: 'attic' });
  await flow.rename('office');
  expect(api.inputsOf('peers.rename')).toEqual([]);
  await flow.rename('attic');
  expect(flow.state.step).toMatchObject({ at: 'done', peer: { name: 'attic' } });
});

describe('a machine for which the account has a name', () => {
  async function joinedAs(label: string | undefined, prepare: (api: FakePairingApi) => void = () => undefined) {
    const { api } = setUp();
    const told: unknown[] = [];
    const flow = new PairingFlow(
      api,
      (peer) => told.push(peer),
      () => label,
    );
    api.answer('pairing.join', RESULT);
    prepare(api);
    flow.enter('ABCD-1234');
    flow.join();
    await settle();
    return { api, told, flow };
  }

  test('has the name that it gives itself: the account’s is the relay’s word, which the comparison mentions', async () => {
    const { api, told, flow } = await joinedAs('Attic');
    expect(api.inputsOf('peers.rename')).toEqual([]);
    expect(flow.state.step).toMatchObject({ at: 'words', label: 'Attic', result: { peer: { name: 'office' } } });
    expect(told).toEqual([]);
  });

  test('has no other name to mention where the two are the same', async () => {
    const { flow } = await joinedAs('office');
    expect(flow.state.step).toMatchObject({ at: 'words', label: undefined, result: { peer: { name: 'office' } } });
  });

  test('keeps the name that a person gave it when it was paired before', async () => {
    const known = { ...RESULT, peer: { ...PEER, pairing: { compared: true } } };
    const { api, flow } = await joinedAs('Attic', (fake) => fake.answer('pairing.join', known));
    expect(api.inputsOf('peers.rename')).toEqual([]);
    expect(flow.state.step.at).toBe('done');
  });
});
