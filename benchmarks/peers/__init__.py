"""The same jobs as other people's tools do them, as a team that knows the tools would write them.

What runs with those tools runs in their environment (`.local/tools/peers`) and knows nothing of the project but this
package; what starts and measures them runs in the project's.
"""
