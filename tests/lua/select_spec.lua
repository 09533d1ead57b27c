--- Selections: what matches, and the messages of those that cannot be read.
local nearest = require "moerates.nearest"
local select = require "moerates.select"

describe("a selection", function()
  local cell = { gate = "softmax", k = 3, n = 1e6, case = "a", estimator = "lse" }

  for _, row in ipairs {
    { { "gate=softmax" }, true }, { { "gate!=softmax" }, false }, { { "gate=sigmoid" }, false },
    { { "n>=1e6" }, true }, { { "n>1e6" }, false }, { { "n<=1e6" }, true }, { { "n<1e6" }, false },
    { { "n=1000000" }, true }, { { "n!=1e6" }, false }, { { "n<inf" }, true }, { { "n=inf" }, false },
    { { "gate=softmax,n>=1e7" }, false }, { { " gate = softmax , n >= 1e5 " }, true },
    { { "gate=sigmoid", "k=3" }, true }, { { "gate=sigmoid", "k=4" }, false },
    { {}, true }, { { "regime=R1" }, false }, { { "regime!=R1" }, true }, { { "block>=1" }, false },
  } do
    it(("%s is %s"):format(table.concat(row[1], " or "), row[2]), function()
      assert.equal(row[2], select.matcher(row[1])(cell))
    end)
  end

  for text, message in pairs {
    ["gat=softmax"] = "unknown field 'gat' in a selection (did you mean 'gate'?)",
    ["n=many"] = "'n' holds a number, 'many' is not one",
    ["gate<softmax"] = "'gate' holds text: use = or != in 'gate<softmax'",
    ["gate"] = "cannot read 'gate' in a selection; write conditions such as 'gate=softmax,n>=1e6'",
    ["gate==softmax"] =
      "cannot read 'gate==softmax' in a selection; write conditions such as 'gate=softmax,n>=1e6'",
    ["k=3,"] = "cannot read '' in a selection; write conditions such as 'gate=softmax,n>=1e6'",
  } do
    it("refuses " .. text, function()
      local conditions, found = select.parse(text)
      assert.is_nil(conditions)
      assert.equal(message, found)
    end)
  end
end)

describe("the nearest name", function()
  it("is the one with the fewest edits", function()
    assert.equal(3, nearest.distance("kitten", "sitting"))
    assert.equal(0, nearest.distance("", ""))
    assert.equal("replicates", nearest.find("replicats", { "measure", "replicates", "name" }))
  end)
  it("is none if nothing is near", function()
    assert.is_nil(nearest.find("zzz", { "gate", "expert" }))
    assert.equal(" (known: expert, gate)", nearest.hint("zzz", { "gate", "expert" }))
  end)
end)
