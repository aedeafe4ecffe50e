@org.jspecify.annotations.NullMarked
package dev.countermand.streams.flink;
