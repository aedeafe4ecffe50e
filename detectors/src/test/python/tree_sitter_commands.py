"""Prints for each line of standard input, a JSON string of shell, the names of its simple commands.

The line is null where tree-sitter-bash finds an error. Nothing is run.
"""

import json
import sys

import tree_sitter_bash
from tree_sitter import Language, Parser


def names(node, text, found):
    if node.type == "command_name":
        word = text[node.start_byte : node.end_byte]
        # A name that is quoted or computed is written differently by every parser.
        found.append(word if node.child_count <= 1 and node.children[0].type == "word" else None)
    for child in node.children:
        names(child, text, found)


def main():
    parser = Parser(Language(tree_sitter_bash.language()))
    sys.setrecursionlimit(20_000)
    for line in sys.stdin:
        text = json.loads(line)
        source = text.encode()
        tree = parser.parse(source)
        if tree.root_node.has_error:
            print("null")
            continue
        found = []
        names(tree.root_node, source, found)
        print(json.dumps([n.decode() if n else None for n in found]))


main()
