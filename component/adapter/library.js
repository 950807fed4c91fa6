// The library functions of ES2015 and later that the engine lacks and this project or its dependencies use. It is plain
// ES5, and put before the program as it stands. Add nothing that is not used: every line ships in the component.
var Map, Set
;(function () {
  function define(target, name, value) {
    if (target[name] === undefined) target[name] = value
  }
  // The engine has neither attributes nor symbols, so a descriptor's value is assigned. Accessors are not used.
  define(Object, 'defineProperty', function (target, key, descriptor) {
    if ('value' in descriptor) target[key] = descriptor.value
    return target
  })
  var create = Object.create
  Object.create = function (prototype, descriptors) {
    var made = create(prototype)
    if (descriptors) for (var key in descriptors) Object.defineProperty(made, key, descriptors[key])
    return made
  }
  define(Function.prototype, 'bind', function (self) {
    var bound = this
    return function () {
      return bound.apply(self, arguments)
    }
  })
  define(Object, 'hasOwn', function (target, key) {
    return Object.prototype.hasOwnProperty.call(target, key)
  })
  define(Object, 'assign', function (target) {
    for (var i = 1; i < arguments.length; i++) {
      var source = arguments[i]
      if (source === null || source === undefined) continue
      var keys = Object.keys(source)
      for (var j = 0; j < keys.length; j++) target[keys[j]] = source[keys[j]]
    }
    return target
  })
  define(Object, 'entries', function (target) {
    return Object.keys(target).map(function (key) {
      return [key, target[key]]
    })
  })
  define(Object, 'values', function (target) {
    return Object.keys(target).map(function (key) {
      return target[key]
    })
  })
  define(Object, 'freeze', function (target) {
    return target
  })
  define(Array.prototype, 'includes', function (wanted) {
    return this.indexOf(wanted) >= 0
  })
  define(Array.prototype, 'findIndex', function (matches) {
    for (var i = 0; i < this.length; i++) if (matches(this[i], i, this)) return i
    return -1
  })
  define(Array.prototype, 'find', function (matches) {
    return this[this.findIndex(matches)]
  })
  define(Array.prototype, 'flatMap', function (map) {
    var out = []
    for (var i = 0; i < this.length; i++) {
      var made = map(this[i], i, this)
      if (!Array.isArray(made)) made = [made]
      for (var j = 0; j < made.length; j++) out.push(made[j])
    }
    return out
  })
  define(Array, 'from', function (list, map) {
    var out = list._keys ? list.entries() : list.slice()
    return map ? out.map(map) : out
  })
  define(Array.prototype, 'reduce', function (step, value) {
    for (var i = 0; i < this.length; i++) value = step(value, this[i], i, this)
    return value
  })
  define(Array.prototype, 'reverse', function () {
    for (var i = 0, j = this.length - 1; i < j; i++, j--) {
      var value = this[i]
      this[i] = this[j]
      this[j] = value
    }
    return this
  })
  // Sorts by merging ever longer runs. It is stable, and a long list in the wrong order takes no longer than another.
  define(Array.prototype, 'sort', function (compare) {
    var length = this.length
    for (var run = 1; run < length; run *= 2) {
      for (var start = 0; start + run < length; start += 2 * run) {
        if (compare(this[start + run - 1], this[start + run]) <= 0) continue
        var left = this.slice(start, start + run)
        var end = Math.min(start + 2 * run, length)
        for (var at = start, i = 0, j = start + run; i < left.length; at++)
          this[at] = j < end && compare(left[i], this[j]) > 0 ? this[j++] : left[i++]
      }
    }
    return this
  })
  define(String.prototype, 'split', function (separator) {
    var parts = []
    var start = 0
    for (;;) {
      var end = this.indexOf(separator, start)
      if (end < 0) break
      parts.push(this.substring(start, end))
      start = end + separator.length
    }
    parts.push(this.substring(start))
    return parts
  })
  // Supports only patterns that match at least one character. A `$` in the replacement has no meaning.
  define(String.prototype, 'replace', function (pattern, replacement) {
    // The parts are joined once, because the engine copies the whole text at each `+=`.
    var out = []
    var end = 0
    if (typeof pattern === 'string') {
      var at = this.indexOf(pattern)
      return at < 0 ? this + '' : this.substring(0, at) + replacement + this.substring(at + pattern.length)
    }
    // Without the flag g, exec would find the same place again.
    for (var match = pattern.exec(this); match && match.index >= end; match = pattern.exec(this)) {
      out.push(this.substring(end, match.index))
      out.push(typeof replacement === 'string' ? replacement : replacement.apply(null, match))
      end = match.index + match[0].length
    }
    return out.join('') + this.substring(end)
  })
  define(String.prototype, 'repeat', function (count) {
    var out = ''
    for (; count > 0; count--) out += this
    return out
  })
  define(String.prototype, 'startsWith', function (wanted, start) {
    start = start || 0
    return this.substring(start, start + wanted.length) === wanted
  })
  define(String.prototype, 'endsWith', function (wanted) {
    return this.length >= wanted.length && this.substring(this.length - wanted.length) === wanted
  })
  define(String.prototype, 'includes', function (wanted) {
    return this.indexOf(wanted) >= 0
  })
  define(String.prototype, 'padStart', function (length, fill) {
    var out = this + ''
    while (out.length < length) out = (fill || ' ') + out
    return out
  })
  define(Number, 'isFinite', function (value) {
    return typeof value === 'number' && isFinite(value)
  })
  define(Number, 'isInteger', function (value) {
    return Number.isFinite(value) && Math.floor(value) === value
  })
  // Strings are found through an object's keys, and any other key by a search through all of them.
  Map = function (entries) {
    this._places = {}
    this._keys = []
    this._values = []
    this.size = 0
    if (entries) for (var i = 0; i < entries.length; i++) this.set(entries[i][0], entries[i][1])
  }
  Map.prototype._place = function (key) {
    if (typeof key !== 'string') return this._keys.indexOf(key)
    var place = this._places['$' + key]
    return place === undefined ? -1 : place
  }
  Map.prototype.get = function (key) {
    return this._values[this._place(key)]
  }
  Map.prototype.has = function (key) {
    return this._place(key) >= 0
  }
  Map.prototype.set = function (key, value) {
    var place = this._place(key)
    if (place < 0) {
      place = this._keys.length
      this._keys.push(key)
      if (typeof key === 'string') this._places['$' + key] = place
      this.size++
      this._values.push(value)
    } else this._values[place] = value
    return this
  }
  Map.prototype.forEach = function (visit) {
    for (var i = 0; i < this._keys.length; i++) visit(this._values[i], this._keys[i], this)
  }
  Map.prototype.keys = function () {
    return this._keys.slice()
  }
  Map.prototype.values = function () {
    return this._values.slice()
  }
  Map.prototype.entries = function () {
    var map = this
    return this._keys.map(function (key, i) {
      return [key, map._values[i]]
    })
  }
  Set = function (values) {
    this._keys = true
    this._map = new Map()
    this.size = 0
    if (values) for (var i = 0; i < values.length; i++) this.add(values[i])
  }
  Set.prototype.add = function (value) {
    this._map.set(value, value)
    this.size = this._map.size
    return this
  }
  Set.prototype.has = function (value) {
    return this._map.has(value)
  }
  Set.prototype.forEach = function (visit) {
    this._map.forEach(visit)
  }
  Set.prototype.entries =
    Set.prototype.keys =
    Set.prototype.values =
      function () {
        return this._map.keys()
      }
})()
