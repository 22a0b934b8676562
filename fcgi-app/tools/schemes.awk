# sql/schemes -> what the program knows of it (gen/schemes.c) and the triggers
# that tell of changes, as a text in there that `pinwall migrate` runs.
#
# usage: gawk -f schemes.awk sql/schemes > gen/schemes.c

function bad(why) {
	print FILENAME ":" FNR ": " why > "/dev/stderr"
	failed = 1
	exit 1
}

function say(line) {
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	text = text "\t\"" line "\\n\"\n"
}

/^[ \t]*(#|$)/ { next }

{
	if (NF < 2 || $1 !~ /^[a-z_]+$/ || $2 !~ /^[a-z_]+$/)
		bad("a line is: name table [(columns)] [select]")
	rest = $0
	sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]*/, "", rest)
	columns = ""
	made = sub(/^made[ \t]+or[ \t]+/, "", rest)
	if (match(rest, /^\([a-z_, ]+\)/)) {
		columns = substr(rest, 2, RLENGTH - 2)
		sub(/^\([^)]*\)[ \t]*/, "", rest)
	}
	if (rest != "" && rest !~ /^(select|if) /)
		bad("after the table comes (columns), a select, an if, or nothing")
	if (($1, $2) in seen)
		bad("this name has a line for this table already")
	seen[$1, $2] = 1
	if (!($1 in names))
		order[++n_names] = $1
	names[$1] = names[$1] (names[$1] != "" ? ", " : "") "\"" $2 "\""
	if (!($2 in lines))
		tables[++n_tables] = $2
	i = ++lines[$2]
	line_name[$2, i] = $1
	line_columns[$2, i] = columns
	line_made[$2, i] = made
	line_select[$2, i] = rest
}

# The tags of rows r in `from`.
function tags_of(table, i, from,    how) {
	how = line_select[table, i]
	if (how == "" || how ~ /^if /)
		return "select '" line_name[table, i] "' from " from " r" \
		    gensub(/^if /, " where ", 1, how)
	return "select '" line_name[table, i] ":' || k.key from " from \
	    " r cross join lateral (" how \
	    ") k (key) where k.key is not null"
}

# Both images of rows, or of those whose columns differ.
function both(table, i,    old, new, n, c, j) {
	if (line_columns[table, i] == "")
		return "(select * from before union all select * from changed)"
	n = split(line_columns[table, i], c, /, */)
	for (j = 1; j <= n; j++) {
		old = old (j > 1 ? ", " : "") "b." c[j]
		new = new (j > 1 ? ", " : "") "c." c[j]
	}
	return "(select c.* from before b join changed c on b.id = c.id " \
	    "where (" old ") is distinct from (" new "))"
}

function names_of(table, i, list) {
	for (i = 1; i <= lines[table]; i++)
		list = list (i > 1 ? ", " : "") "'" line_name[table, i] "'"
	return list
}

function function_of(table, name, update,    i, n) {
	say("create or replace function " name "() returns trigger")
	say("language plpgsql security definer set search_path = public as $$")
	say("begin")
	say("perform cache_touch(array[" names_of(table) "], array(")
	for (i = 1; i <= lines[table]; i++)
		if (update || line_made[table, i] ||
		    line_columns[table, i] == "")
			say((n++ ? "union " : "") tags_of(table, i, \
			    update ? both(table, i) : "changed"))
	if (n == 0)
		say("select '' where false")
	say("limit 65));")
	say("return null;")
	say("end $$;")
}

function trigger(table, event, what, called) {
	say("create or replace trigger cache_" event " after " event " on " \
	    table what)
	say("    for each statement execute function " called "();")
	say("alter table " table " enable always trigger cache_" event ";")
}

function triggers_of(table) {
	function_of(table, "cache_told_" table, 0)
	function_of(table, "cache_told_change_" table, 1)
	say("create or replace function cache_told_all_" table "()")
	say("returns trigger language plpgsql as $$ begin")
	say("perform cache_touch(array[" names_of(table) "], null);")
	say("return null;")
	say("end $$;")
	trigger(table, "insert", " referencing new table as changed", \
	    "cache_told_" table)
	trigger(table, "delete", " referencing old table as changed", \
	    "cache_told_" table)
	trigger(table, "update", " referencing old table as before" \
	    " new table as changed", "cache_told_change_" table)
	trigger(table, "truncate", "", "cache_told_all_" table)
}

END {
	if (failed)
		exit 1
	for (i = 1; i <= n_tables; i++)
		triggers_of(tables[i])
	print "/* Made of sql/schemes. */"
	print "#include \"schemes.h\"\n"
	print "const struct scheme schemes[] = {"
	for (i = 1; i <= n_names; i++)
		printf "\t{ \"%s\", { %s } },\n", order[i], names[order[i]]
	print "\t{ NULL, { NULL } },\n};\n"
	print "const char schemes_triggers[] =\n" text "\t;"
}
