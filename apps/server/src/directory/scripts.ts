// What must happen in Redis in one step. Each touches one key, so that a cluster can run it.

/** Seconds after which an entry that nobody renewed is no entry. */
export const entrySeconds = 3_600;

/**
 * KEYS: the user's hash, device → "node session openedAtMs at". ARGV: device, node, session,
 * openedAtMs, other devices allowed, "renew" or "open", then the nodes that are alive.
 * Returns an outcome and, for `taken`, whose place it was: "node session" or an empty text.
 */
export const register = `
local device, node, session, opened = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local now = tonumber(redis.call('TIME')[1])
local alive = {}
for i = 7, #ARGV do alive[ARGV[i]] = true end
local others, previous = 0, ''
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local its, theirs, openedThen, at = string.match(entries[i + 1], '^(%S+) (%S+) (%S+) (%S+)$')
  if entries[i] == device then
    if theirs ~= session and alive[its] then
      if ARGV[6] == 'renew' and tonumber(openedThen) > tonumber(opened) then
        return {'replaced', ''}
      end
      previous = its .. ' ' .. theirs
    end
  elseif tonumber(at) < now - ${entrySeconds} then
    redis.call('HDEL', KEYS[1], entries[i])
  elseif alive[its] then
    others = others + 1
  end
end
if ARGV[6] == 'open' and others >= tonumber(ARGV[5]) then return {'full', ''} end
redis.call('HSET', KEYS[1], device, node .. ' ' .. session .. ' ' .. opened .. ' ' .. now)
redis.call('EXPIRE', KEYS[1], ${entrySeconds})
return {'taken', previous}`;

/**
 * KEYS: the user's hash. ARGV: device, session, then the nodes that are alive. Returns how many
 * devices of the user remain.
 */
export const unregister = `
local entry = redis.call('HGET', KEYS[1], ARGV[1])
if entry and string.match(entry, '^%S+ (%S+)') == ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[1])
end
local alive = {}
for i = 3, #ARGV do alive[ARGV[i]] = true end
local remaining = 0
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
  if alive[string.match(value, '^%S+')] then remaining = remaining + 1 end
end
return remaining`;

/**
 * KEYS: the leases, node → end in milliseconds of Redis' clock. ARGV: node, lease in milliseconds;
 * a lease of 0 is given back. Returns the nodes alive, each followed by what its lease has left.
 */
export const lease = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local alive = {}
local found = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #found, 2 do
  alive[i] = found[i]
  alive[i + 1] = tostring(found[i + 1] - now)
end
return alive`;
