-- errors.lua - errors, which are longjmp in Lua: through Lua and C functions,
-- coroutines, finalizers and what is to be closed.

local function show(...)
  local parts = table.pack(...)
  for i = 1, parts.n do
    local part = parts[i]
    parts[i] = type(part) == "table" and "a table" or tostring(part)
  end
  print(table.concat(parts, " | "))
end

-- Values of every type, positions, levels.
for _, value in ipairs { "text", 42, 0.5, true, {} } do
  show(pcall(error, value))
end
show(pcall(error))
local function at_level(level) error("level " .. level, level) end
for level = 0, 2 do show(pcall(function() at_level(level) end)) end
show(pcall(function() local x; x.y = 1 end))
show(pcall(function() return 1 < "2" end))
show(pcall(function() return {} .. "x" end))
show(pcall(function() return 1 // 0 end))
show(pcall(function() return 2 ^ 53 | 0.5 end))
show(pcall(string.rep, "x", -1))
show(pcall(string.rep))
show(pcall(string.rep, "x", 1 << 40))
show(pcall(setmetatable, 1, {}))
show(load("x = = 1"))
show(load("goto nowhere"))
show(load(function() error("while reading") end))
show(select("#", table.unpack({}, 1, 100)), pcall(table.unpack, {}, 1, 1e7))

-- Handlers, and errors in them.
show(xpcall(error, function(message) return message .. ", handled" end, "raised"))
show(xpcall(error, function(message) error(message) end, "again and again"))
print((xpcall(function() at_level(1) end, debug.traceback)))
print(select(2, xpcall(function() at_level(1) end, debug.traceback)))

-- Through C functions that call Lua.
show(pcall(table.sort, { 3, 1, 2 }, function() error("in a comparison", 0) end))
show(pcall(string.gsub, "abc", ".", function(c) error("at " .. c, 0) end))
show(pcall(table.concat, setmetatable({}, { __index = function(_, i) error("index " .. i, 0) end }), "", 1, 3))
show(pcall(string.format, "%d", "3.5"))
show(pcall(tostring, setmetatable({}, { __tostring = function() return 1 end })))
show(pcall(next, {}, "no key"))
show(pcall(require, "no.such.module") == false)

-- Many, and deep.
local function deep(n) if n == 0 then error("bottom", 0) end return (deep(n - 1)) end
local caught = 0
for i = 1, 20000 do
  local ok, message = pcall(deep, i % 50)
  if not ok and message == "bottom" then caught = caught + 1 end
end
print("caught", caught)
local function nest(n) -- a pcall in a pcall, each throwing on
  local ok, message = pcall(function()
    if n == 0 then error({ 0 }) end
    nest(n - 1)
  end)
  message[1] = message[1] + 1
  error(message)
end
show(select(2, pcall(nest, 60))[1])
local function forever() return 1 + forever() end
show(pcall(forever))
local function through_c(s) return (s:gsub(".", through_c)) end
show(pcall(through_c, "x"))

-- Variables that are closed, also by errors and in the right order.
local function closing(name, fails)
  return setmetatable({}, { __close = function(_, reason)
    show("close", name, reason)
    if fails then error("closing " .. name, 0) end
  end })
end
show(pcall(function()
  local a <close> = closing("a")
  local b <close> = closing("b", true)
  local c <close> = closing("c")
  error("first", 0)
end))
for i = 1, 3 do
  local each <close> = closing(i)
  if i == 2 then break end
end

-- Coroutines: errors in them, over them, while they are closed.
local producer = coroutine.wrap(function()
  for i = 1, 3 do coroutine.yield(i) end
  error("no more", 0)
end)
for _ = 1, 5 do show(pcall(producer)) end
local thread = coroutine.create(function()
  local ok, message = pcall(function()
    local x = coroutine.yield("in a pcall") -- over the pcall, which stays
    error("got " .. x, 0)
  end)
  local y <close> = closing("y")
  coroutine.yield(message)
end)
show(coroutine.resume(thread))
show(coroutine.resume(thread, "a value"))
show(coroutine.status(thread), coroutine.close(thread), coroutine.status(thread))
show(coroutine.resume(thread))
show(pcall(coroutine.yield))
show(pcall(coroutine.wrap(function() table.sort({ 1, 2, 3 }, coroutine.yield) end)))
local chain = function() return "end" end
for i = 1, 100 do
  local inner = chain
  chain = coroutine.wrap(function() return inner() .. (i % 10) end)
end
print(chain())

-- Finalizers.
do
  local log = {}
  for i = 1, 3 do
    setmetatable({}, { __gc = function()
      log[#log + 1] = i
      error("in a finalizer") -- a warning, no error
    end })
  end
  collectgarbage()
  print("finalized", table.concat(log, " "))
end
error(setmetatable({}, { __tostring = function() return "to the top" end }))
