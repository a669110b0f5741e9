/**
 * SQL92 filters over the properties of a message, pure: {@link org.escrowmq.queue.filter.SqlFilter} is parsed once and asked
 * for each message. The language is RocketMQ's, by a parser of our own that is bounded in size, depth and nodes. No regular
 * expression, no clock, no I/O.
 *
 * <pre>
 * filter     = or
 * or         = and { OR and }
 * and        = equality { AND equality }
 * equality   = comparison { ("=" | "&lt;&gt;") comparison  |  IS [NOT] NULL }
 * comparison = unary { ("&gt;" | "&gt;=" | "&lt;" | "&lt;=") unary
 *                    | [NOT] BETWEEN unary AND unary
 *                    | [NOT] IN "(" text { "," text } ")"
 *                    | [NOT] (CONTAINS | STARTSWITH | ENDSWITH) text }
 * unary      = (NOT | "-" | "+") unary  |  text  |  number  |  TRUE  |  FALSE  |  NULL  |  name  |  "(" or ")"
 * </pre>
 *
 * NOT binds more tightly than any comparison, as it does in RocketMQ: {@code NOT (a = 1)} needs its parentheses.
 */
@NullMarked
package org.escrowmq.queue.filter;

import org.jspecify.annotations.NullMarked;
