// What natives_host.c runs in place of the component's program: every native once, and what came of it as a line.
// Throws where an index says that memory is out, as the component's program does.
var shape
var page

function tell(value) {
  native.info(JSON.stringify(value))
}

function number(digits) {
  return 'number ' + digits
}

function indexed(response) {
  var result = native.index(response[0], shape)
  if (result[0] === 'not enough memory') throw result[0]
  tell(result)
  return result
}

globalThis.routines = [
  function init() {
    tell([native.option(0, 'a_long_option'), native.option(1, 'none')])
    tell(native.columns())
    tell(native.quals())
    tell(native.qualValue(1))
    tell(native.rowLimit())
    tell([native.vaultSecret('some id'), native.vaultSecretByName('none'), native.setting('k8s_fdw.x')])
    tell(native.epochSeconds())
    native.addStatistic('k8s_fdw', 2, 5000000000)
    native.notice('noticed: ' + 'ü')
    native.warning('')
  },
  function beginScan() {
    var response = native.request('https://localhost/list', ['accept', 'application/json', 'x-name', 'ü'])
    tell(response)
    tell([
      native.responseHeader(response[0], 'content-type', 1),
      native.responseHeader(response[0], 'none', 0),
    ])
    tell([native.responseText(response[0], 20), native.responseLines(response[0])])
    tell(native.responseLine(response[0], 0))
    shape = native.shape([['kind'], ['metadata', 'continue'], ['metadata']], 'items', [
      [],
      ['a'],
      ['b'],
      ['b', 'c', 1],
      ['a'],
      ['missing'],
    ])
    page = indexed(response)[0]
    for (var row = -1; row < 3; row += 2)
      for (var leaf = 0; leaf < 6; leaf++)
        tell([native.kind(page, row, leaf), native.text(page, row, leaf), native.json(page, row, leaf)])
    tell(native.tree(page, 0, 0, number))
    tell(native.tree(page, -1, 2, number))
    tell(native.members(page, -1, number))
    var posted = native.request('https://damaged', [], 1, '{"a review":true}')
    indexed(posted)
    native.releaseResponse(posted[0])
    var kept = native.request('https://localhost/logs', [])
    native.releaseResponse(kept[0])
    native.releaseResponse(kept[0])
  },
  function iterScan() {
    native.pushNull()
    for (var type = 0; type < 6; type++) native.pushNumber(type, type === 0 ? 1 : -type)
    native.pushText(6, '-9223372036854775808')
    native.pushText(8, 'a text, ü')
    native.pushTime(9, 86400, 0)
    native.pushTime(10, 86400, 999999)
    var taken = []
    for (var row = 0; row < 3; row++)
      for (var leaf = 0; leaf < 6; leaf++) {
        taken.push(native.pushSlice(8, page, row, leaf))
        taken.push(native.pushSlice(12, page, row, leaf))
      }
    for (row = 0; row < 3; row++) taken.push(native.pushObject(12, page, row, 0, '"apiVersion":"v1",'))
    tell(taken)
    return true
  },
  function reScan() {
    throw 'k8s_fdw[some-code] rendered by the program'
  },
  function endScan() {
    native.releaseDocument(page)
    native.releaseDocument(page)
    tell(native.kind(page, 0, 0))
    throw new TypeError('thrown by the engine')
  },
  function beginModify() {
    native.request('https://nowhere', ['authorization', 'Bearer a-token'])
  },
  function insert() {
    tell(native.row())
    var response = native.request('https://localhost/list', ['content-type', 'x'], 3, '{"a patch":true}')
    native.releaseResponse(response[0])
  },
  function update() {
    tell([native.rowId(), native.row().length])
  },
  function remove() {
    tell([native.rowId()])
    var response = native.request('https://localhost/list', [], 4, '')
    native.releaseResponse(response[0])
  },
  function endModify() {
    throw 'k8s_fdw[some-code] not sent'
  },
  function importForeignSchema() {
    tell(native.importStatement())
    for (var i = 0; i < 5; i++) native.pushStatement('CREATE FOREIGN TABLE t' + i + ' ()')
  },
]
