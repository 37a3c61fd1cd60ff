import { expect, test } from 'vitest';
import { EventBus } from '../../../../src-main/agent/core/events.ts';
import { silentLogger, type Logger } from '#shared/logger.ts';

test('listeners hear an event in the order in which they subscribed, with its value', () => {
  const events = new EventBus(silentLogger);
  const heard: string[] = [];
  events.on('pause.changed', ({ paused }) => heard.push(`first ${paused}`));
  events.on('pause.changed', ({ paused }) => heard.push(`second ${paused}`));
  events.on('network.changed', () => heard.push('other'));
  events.emit('pause.changed', { paused: true });
  expect(heard).toEqual(['first true', 'second true']);
});

test('a listener that fails is logged, and stops neither the others nor the module that told the fact', () => {
  const errors: unknown[] = [];
  const logger: Logger = { ...silentLogger, error: (_message, fields) => void errors.push(fields?.['event']) };
  const events = new EventBus(logger);
  const heard: string[] = [];
  events.on('device.renamed', () => {
    throw new Error('broken');
  });
  events.on('device.renamed', () => heard.push('second'));
  events.emit('device.renamed');
  expect(heard).toEqual(['second']);
  expect(errors).toEqual(['device.renamed']);
});

test('a subscription that was ended hears nothing more', () => {
  const events = new EventBus(silentLogger);
  const heard: string[] = [];
  const end = events.on('device.renamed', () => heard.push('heard'));
  events.emit('device.renamed');
  end();
  events.emit('device.renamed');
  expect(heard).toEqual(['heard']);
});
