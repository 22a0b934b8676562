# sql/queries/FEATURE/NAME.sql -> typed C: gen/queries.h and gen/queries.c.
#
# A query file begins with comments: what it is for, then
#     -- in: name type, ...       types: int8 float8 text bool time int8s texts bytes json page
#     -- out: name type, ...      types: int8 int4 float8 bool text time json image files bytes
# (either may go over several such lines).  `page` stands for the three
# arguments of a page of a list: key (time, id) and limit.  Lines that end
# in `-- keyset` are turned round for the walk backwards: < becomes >, desc
# becomes asc, and 'infinity' '-infinity'.
#
# usage: gawk -v dir=OUT -f sqlgen.awk FILES

function bad(why) {
	print FILENAME ": " why > "/dev/stderr"
	failed = 1
	exit 1
}

function trim(s) {
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}

function quoted(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\\n\""
}

function turned(s) {
	gsub(/</, "\001", s)
	gsub(/>/, "<", s)
	gsub(/\001/, ">", s)
	gsub(/ desc\>/, " \002", s)
	gsub(/ asc\>/, " desc", s)
	gsub(/\002/, "asc", s)
	gsub(/'-infinity'/, "\003", s)
	gsub(/'infinity'/, "'-infinity'", s)
	gsub(/\003/, "'infinity'", s)
	return s
}

# name and type of each declared thing, into list[1..n] as "name type"
function declared(text, list,    n, i) {
	n = split(text, list, /,/)
	for (i = 1; i <= n; i++)
		list[i] = trim(list[i])
	return n
}

function finish(    n, i, j, k, w, ctype, decl, init, types, cols, dot, key, group, ncols, nargs, list) {
	if (name == "")
		return
	if (sql == "")
		bad("no statement")
	if (about == "")
		bad("no comment says what it is for")

	n = declared(in_text, list)
	nargs = 0; decl = ""; init = ""; types = ""
	for (i = 1; i <= n; i++) {
		split(list[i], w, / +/)
		if (w[1] == "page" || w[2] == "page") {
			decl = decl (decl ? ", " : "") "const struct page *page"
			init = init "\tq.args[" nargs "].i = page->at;\n"
			init = init "\tq.args[" nargs + 1 "].i = page->id;\n"
			init = init "\tq.args[" nargs + 2 "].i = page->limit + 1;\n"
			init = init "\tq.back = page->back;\n"
			types = types " " (w[2] == "page" ? "ARG_INT8" : "ARG_TIME") ", ARG_INT8, ARG_INT8,"
			nargs += 3
			continue
		}
		if (!(w[2] in arg_enum))
			bad("unknown type of an argument: " list[i])
		decl = decl (decl ? ", " : "") arg_c[w[2]] w[1]
		init = init "\tq.args[" nargs "]." arg_member[w[2]] " = " w[1] ";\n"
		types = types " " arg_enum[w[2]] ","
		nargs++
	}
	if (nargs > 16)
		bad("more than 16 arguments")

	n = declared(out_text, list)
	cols = ""; ncols = 0
	for (i = 1; i <= n; i++) {
		split(list[i], w, / +/)
		if (!(w[2] in col_enum))
			bad("unknown type of a column: " list[i])
		dot = index(w[1], ".")
		group = dot ? "\"" substr(w[1], 1, dot - 1) "\"" : "NULL"
		key = dot ? substr(w[1], dot + 1) : w[1]
		cols = cols "\t{ \"" w[1] "\", { \"\\\"" key "\\\":\", " length(key) + 3 " }, " group ", " col_enum[w[2]] " },\n"
		ncols++
	}

	printf "/* %s */\nextern const struct column %s_columns[];\nextern const struct statement %s_of;\n", about, name, name > h
	printf "static inline struct query\n%s(%s)\n{\n\tstruct query q;\n\n\tq.of = &%s_of;\n\tq.back = false;\n%s\treturn q;\n}\n\n", name, decl ? decl : "void", name, init > h
	printf "const struct column %s_columns[] = {\n%s\t{ NULL, { NULL, 0 }, NULL, COL_END },\n};\n", name, cols > c
	printf "static const unsigned char %s_args[] = {%s 0 };\n", name, types > c
	printf "const struct statement %s_of = {\n\t.name = \"%s\",\n\t.file = \"%s\",\n\t.text =\n%s\t,\n", name, name, file, sql > c
	if (has_keyset)
		printf "\t.back =\n%s\t,\n", back > c
	printf "\t.nargs = %d, .args = %s_args,\n\t.columns = %s_columns, .ncolumns = %d,\n};\n\n", nargs, name, name, ncols > c
	all = all "\t&" name "_of,\n"
	total++
}

BEGIN {
	split("int8 float8 text bool time int8s texts bytes json", t, " ")
	for (i in t)
		arg_enum[t[i]] = "ARG_" toupper(t[i])
	arg_c["int8"] = arg_c["time"] = "int64_t "
	arg_c["bool"] = "bool "
	arg_c["float8"] = "double "
	arg_c["text"] = arg_c["bytes"] = arg_c["json"] = "struct str "
	arg_c["int8s"] = "struct int8s "
	arg_c["texts"] = "struct texts "
	arg_member["int8"] = arg_member["time"] = arg_member["bool"] = "i"
	arg_member["text"] = arg_member["bytes"] = arg_member["json"] = "s"
	arg_member["float8"] = "d"
	arg_member["int8s"] = "ids"
	arg_member["texts"] = "texts"
	split("int8 int4 float8 bool text time json image files bytes", t, " ")
	for (i in t)
		col_enum[t[i]] = "COL_" toupper(t[i])
	h = dir "/queries.h"
	c = dir "/queries.c"
	print "/* Made by tools/sqlgen.awk from sql/queries; not to be edited. */\n#ifndef QUERIES_H\n#define QUERIES_H\n\n#include \"query.h\"\n" > h
	print "/* Made by tools/sqlgen.awk from sql/queries; not to be edited. */\n#include \"queries.h\"\n" > c
}

FNR == 1 {
	finish()
	n = split(FILENAME, part, "/")
	sub(/\.sql$/, "", part[n])
	name = "q_" part[n - 1] "_" part[n]
	file = part[n - 1] "/" part[n] ".sql"
	sql = back = in_text = out_text = about = ""
	has_keyset = 0
}

/^-- in:/ {
	sub(/^-- in:/, "")
	in_text = in_text (in_text ? "," : "") trim($0)
	sub(/,$/, "", in_text)
	next
}
/^-- out:/ {
	sub(/^-- out:/, "")
	out_text = out_text (out_text ? "," : "") trim($0)
	sub(/,$/, "", out_text)
	next
}
/^--/ {
	line = $0
	sub(/^-- ?/, "", line)
	gsub(/\*\//, "* /", line)
	about = about (about ? " " : "") line
	next
}
/^[ \t]*$/ { next }
{
	line = $0
	keyset = line ~ /-- keyset[ \t]*$/
	sub(/[ \t]*-- .*$/, "", line)
	sql = sql "\t\t" quoted(line) "\n"
	if (keyset) {
		has_keyset = 1
		line = turned(line)
	}
	back = back "\t\t" quoted(line) "\n"
}

END {
	if (failed)
		exit 1
	finish()
	print "#endif" > h
	printf "const struct statement *const statements[] = {\n%s\tNULL\n};\nconst int statements_n = %d;\n", all, total > c
}
