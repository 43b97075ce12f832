m4_changequote(«,»)m4_changecom()m4_dnl
m4_divert(-1)
# The closed list of kinds: what a field of that kind is in C. The binder has one function per
# kind (frontend/bind/bind.c), the printer one (ir/text/print.c).
#
#   kind           YAML                                         C
m4_define(«ctype_STR», «struct v_str»)            # any scalar, its text
m4_define(«ctype_BOOL», «struct v_bool»)
m4_define(«ctype_UINT», «struct v_uint»)          # range in the row: lowest, highest
m4_define(«ctype_GPUS», «struct v_gpus»)          # a number from 1 on, or KIND:NUMBER
m4_define(«ctype_PORT», «struct v_port»)          # a number, or the name of a port
m4_define(«ctype_ENUM», «struct v_enum»)          # one word of the enumeration named by the row
m4_define(«ctype_LIST», «struct v_list»)          # list of strings
m4_define(«ctype_ONE_OR_LIST», «struct v_list»)   # string, or list of strings
m4_define(«ctype_MAP», «struct v_map»)            # mapping of strings
m4_define(«ctype_ENV», «struct v_map»)            # mapping of strings, or list of K=V
m4_define(«ctype_COMMAND», «struct v_command»)    # string or list
m4_define(«ctype_WALLTIME», «struct v_time»)
m4_define(«ctype_DURATION», «struct v_time»)      # integer seconds, or 1m30s
m4_define(«ctype_NODESET», «struct v_nodeset»)
m4_define(«ctype_MOUNTS», «struct v_mounts»)      # list of host:container[:mode]
m4_define(«ctype_RECORD», «struct $1 *»)          # mapping; NULL when absent
m4_define(«ctype_RECORDS», «struct { struct origin from; struct $1 *items; uint32_t n; }») # list of mappings
m4_define(«ctype_NAMED», «struct { struct origin from; struct $1 *items; uint32_t n; }»)   # mapping of mappings
m4_define(«ctype_VALUES», «struct { struct origin from; struct v_map *items; uint32_t n; }») # sweep: mapping of lists; items[i] has the name as key of its pairs
m4_divert«»m4_dnl
