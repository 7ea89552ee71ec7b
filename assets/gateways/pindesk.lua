-- FreeSWITCH: reads an extension and a PIN from the keypad and asks PinDesk whether the PIN is right.
-- Arguments: SOCKET DOMAIN ORIGIN. Needs lua-socket. PINs are in no variable of the channel and in no log.

local unix = require("socket.unix")
local path, domain, origin = argv[1], argv[2], argv[3] or "freeswitch"
local TRIES, PATIENCE = 3, 20

-- A text as JSON has it.
local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
end

-- Whether PinDesk says that the PIN is right.
local function is_right(extension, pin)
  local connection = unix()
  connection:settimeout(PATIENCE)
  if not connection:connect(path) then return false end
  connection:send('{"identity":' .. quoted("sip:" .. extension .. "@" .. domain) .. ',"pin":' .. quoted(pin)
    .. ',"from":' .. quoted(origin) .. "}\n")
  local answer = connection:receive("*l")
  connection:close()
  return answer ~= nil and answer:find('{"authenticated":true', 1, true) == 1
end

for _ = 1, TRIES do
  if not session:ready() then return end
  local extension = session:read(1, 10, "voicemail/vm-enter_id.wav", 8000, "#")
  local pin = session:read(1, 24, "voicemail/vm-enter_pass.wav", 8000, "#")
  if is_right(extension, pin) then
    -- Here the caller is known: put what they came for.
    session:streamFile("voicemail/vm-hello.wav")
    session:hangup()
    return
  end
  session:streamFile("voicemail/vm-fail_auth.wav")
end
session:hangup()
