# What all plots have in common.
systems = words(names)

set terminal svg size width, height font "Helvetica,13" background rgb "white" noenhanced
set output picture
set datafile missing "-"
set datafile columnheaders
set grid ytics linecolor rgb "#cccccc" linewidth 0.5
set border 3 linecolor rgb "#444444"
set tics nomirror textcolor rgb "#222222"
set style data linespoints

# Sluice is blue and bold, floors are grey and dashed, peers have colors.
blues = "#0b3d91 #3f8fe0 #1b9aaa #5a4fcf #7fb2e5"
greys = "#111111 #777777 #444444 #aaaaaa #666666 #222222 #999999"
colors = "#e69f00 #009e73 #d55e00 #cc79a7 #8c6d31 #7b4173 #2a9d9d #b5a300 #843c39 #637939"
do for [i = 1:systems] {
  style = word(styles, i)
  number = int(style[2:*])
  if (style[1:1] eq "s") {
    set style line i lc rgb word(blues, 1 + (number - 1) % 5) lw 3 dt 1 pt 5 + 2 * (number % 2) ps 0.8
  }
  if (style[1:1] eq "f") {
    set style line i lc rgb word(greys, 1 + (number - 1) % 7) lw 1.5 dt 2 pt number ps 0.8
  }
  if (style[1:1] eq "p") {
    set style line i lc rgb word(colors, 1 + (number - 1) % 10) lw 1.5 dt 1 pt 4 + number ps 0.7
  }
}
