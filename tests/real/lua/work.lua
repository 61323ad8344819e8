-- work.lua - strings, tables, numbers, and programs of some size.

-- Strings.
local text = ("the quick brown fox jumps over the lazy dog "):rep(50)
local words = {}
for word in text:gmatch("%a+") do words[word] = (words[word] or 0) + 1 end
local names = {}
for word in pairs(words) do names[#names + 1] = word end
table.sort(names, function(a, b)
  if words[a] ~= words[b] then return words[a] > words[b] end
  return a < b
end)
for _, name in ipairs(names) do io.write(name, "=", words[name], " ") end
print()
print(text:sub(1, 44):gsub("(%w+) (%w+)", "%2 %1"))
print(("%5.1f|%-8s|%08x|%q|%a|%i|%g"):format(3.14159, "left", 48879, "a\n\0b\"", 1.0, -7, 1e100))
print(("key = value # note"):match("^(%w+)%s*=%s*(.-)%s*#"), ("[[x]]"):find("[[", 1, true), ("THE (quick) fox"):find("%((%a+)%)"))
print(utf8.char(228, 8364, 128512), utf8.len("äöü€"), #utf8.char(0x7fffffff))
for at, code in utf8.codes("aß€") do io.write(at, ":", code, " ") end
print(string.pack("<i4 z s2 d", -2, "zero", "two", 1.5):byte(1, -1))
print(string.unpack("<i4 z s2 d", string.pack("<i4 z s2 d", -2, "zero", "two", 1.5)))

-- Numbers.
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, 1e15, 2 ^ 63, 1 << 63, 1 << 64, -1 >> 60)
print(math.maxinteger + 1 == math.mininteger, math.ult(1, -1), math.tointeger(3.0), 3 | 0, "10" + 5, "0x10" * 2)
print(1 / 0, -1 / 0, 0 / 0 ~= 0 / 0, math.huge // 1, math.fmod(-6, 4), math.type(1), math.type(1.0))
for _, s in ipairs { "0x1p4", "1e1", " 12 ", "0x", "1e", "9223372036854775808", "0xffffffffffffffffff" } do
  io.write(tostring(tonumber(s)), " ")
end
print(tonumber("zz", 36), tonumber("8", 8))
math.randomseed(42)
print(math.random(1000), math.random(1000), math.random(), math.random(0))
print(math.sin(1), math.exp(1), math.log(10), math.log(8, 2), math.sqrt(2), math.atan(1, -1))

-- Tables.
local sorted = {}
for i = 1, 20000 do sorted[i] = (i * 7919) % 20011 end
table.sort(sorted)
local in_order = true
for i = 2, #sorted do in_order = in_order and sorted[i - 1] <= sorted[i] end
print(in_order, sorted[1], sorted[#sorted], #table.move(sorted, 1, 10, 5, {}))
local weak = setmetatable({}, { __mode = "k" })
for i = 1, 1000 do weak[{}] = i end
collectgarbage()
print(next(weak))
local counted = setmetatable({}, {
  __index = function(_, k) return k * 2 end,
  __newindex = function(t, k, v) rawset(t, k, -v) end,
  __call = function(_, ...) return select("#", ...) end,
  __len = function() return 99 end,
  __eq = function() return true end,
  __concat = function(a, b) return "joined" end,
})
counted[1] = 5
print(counted[1], counted[2], counted(1, nil, nil), #counted, counted == setmetatable({}, getmetatable(counted)), counted .. 1)

-- Programs.
local function queens(n)
  local count, columns, up, down = 0, {}, {}, {}
  local function place(row)
    if row > n then count = count + 1 return end
    for c = 1, n do
      if not (columns[c] or up[row + c] or down[row - c + n]) then
        columns[c], up[row + c], down[row - c + n] = true, true, true
        place(row + 1)
        columns[c], up[row + c], down[row - c + n] = nil, nil, nil
      end
    end
  end
  place(1)
  return count
end
print("queens", queens(8))

local function tree(depth) return depth == 0 and {} or { tree(depth - 1), tree(depth - 1) } end
local function size(node) return node[1] and 1 + size(node[1]) + size(node[2]) or 1 end
local sum = 0
for depth = 1, 14 do sum = sum + size(tree(depth)) end
print("trees", sum)

local function spectral(n)
  local function a(i, j) local s = i + j; return 1 / (s * (s + 1) / 2 + i + 1) end
  local function times(v, transposed)
    local result = {}
    for i = 0, n - 1 do
      local total = 0
      for j = 0, n - 1 do total = total + (transposed and a(j, i) or a(i, j)) * v[j] end
      result[i] = total
    end
    return result
  end
  local u, v = {}, nil
  for i = 0, n - 1 do u[i] = 1 end
  for _ = 1, 10 do
    v = times(times(u), true)
    u = times(times(v), true)
  end
  local vbv, vv = 0, 0
  for i = 0, n - 1 do vbv, vv = vbv + u[i] * v[i], vv + v[i] * v[i] end
  return (vbv / vv) ^ 0.5
end
print(("spectral %.9f"):format(spectral(60)))

local primes = coroutine.wrap(function()
  local function numbers() for n = 2, math.huge do coroutine.yield(n) end end
  local source = coroutine.wrap(numbers)
  while true do
    local prime, from = source(), source
    coroutine.yield(prime)
    source = coroutine.wrap(function()
      for n in from do if n % prime ~= 0 then coroutine.yield(n) end end
    end)
  end
end)
local last
for _ = 1, 60 do last = primes() end
print("prime 60", last)

local hash = 2166136261
for i = 1, 200000 do hash = ((hash ~ (i & 255)) * 16777619) & 0xffffffff end
print(("hash %08x"):format(hash))

local chunk = {}
for i = 1, 500 do chunk[i] = ("local v%d = %d; s = s + v%d"):format(i % 100, i, i % 100) end
local compiled = assert(load("local s = 0; do " .. table.concat(chunk, " end do ") .. " end return s"))
print("compiled", compiled(), load(string.dump(compiled), "again", "b")())
