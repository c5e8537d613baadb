import type { OperationName, Repeat } from '@nova/protocol';

/**
 * How each operation recognises a repeated request. It repeats the operation table, which needs a
 * schema library at run time; a test holds the two together.
 */
export const repeats: { readonly [Name in OperationName]: Repeat } = {
  'conversation.create': 'key',
  'conversation.list': 'read',
  'conversation.get': 'read',
  'conversation.update': 'key',
  'conversation.leave': 'key',
  'member.list': 'read',
  'member.add': 'nature',
  'member.remove': 'key',
  'member.setRole': 'nature',
  'message.send': 'messageId',
  'message.list': 'read',
  'message.get': 'read',
  'message.versions': 'read',
  'message.edit': 'key',
  'message.delete': 'nature',
  'message.react': 'nature',
  'message.unreact': 'nature',
  'receipt.read': 'nature',
  'receipt.delivered': 'nature',
  'typing.start': 'nature',
  'typing.stop': 'nature',
  'session.authenticate': 'nature',
  'session.resume': 'read',
  'event.list': 'read',
};
