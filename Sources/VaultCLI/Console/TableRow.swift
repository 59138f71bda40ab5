/// A line of a table.
protocol TableRow {
  static var header: [String] { get }
  var cells: [String] { get }
}
